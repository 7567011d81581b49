package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.cpu.CpuBackend;
import puna.checkpoint.Checkpoint;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.safetensors.SafetensorsReader;
import puna.tensor.ModelWarnings;
import puna.tensor.StoredBytes;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// Experts of 8-bit floats in one array for a layer, with scales beside them, as transformers
/// writes Llama 4 by its FP8 quantizers: against the same numbers multiplied out.
class CodedExpertsTest {
  private static final Pattern EXPERTS = Pattern.compile(".*\\.experts\\.(gate_up|down)_proj");
  private static final float LARGEST = 448;
  private static final Layout CHANNELS = Layout.OUTPUT;

  @TempDir private Path temp;
  private final MixtureFixture fixture = new MixtureFixture("maverick-like");

  /// What shares a scale, and the name behind the array's.
  enum Layout {
    OUTPUT("_scale"),
    EXPERT("_weight_scale"),
    ALL("_scale");

    private final String suffix;

    Layout(String suffix) {
      this.suffix = suffix;
    }
  }

  /// @param content little-endian
  private record Stored(String type, long[] shape, byte[] content) {
    Stored as(String other) {
      return new Stored(other, shape, content);
    }
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void areTheirNumbersTimesTheScales(Layout layout) throws IOException {
    Map<String, Stored> coded = new TreeMap<>();
    Map<String, Stored> plain = new TreeMap<>();
    code(layout, coded, plain);
    try (Checkpoint folder = open("coded", coded);
        Checkpoint twin = open("plain", plain)) {
      assertThat(folder.find("blk.1.ffn_up_exps.weight").orElseThrow().type())
          .isEqualTo(TensorType.F8_E4M3);
      assertThat(folder.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(twin.tensors().keySet());
      twin.tensors()
          .forEach((name, tensor) ->
              assertThat(BlockFormats.floats(folder.find(name).orElseThrow()))
                  .as(name)
                  .containsExactly(BlockFormats.floats(tensor)));
      float[][] expected = logits(twin);
      float[][] found = logits(folder);
      for (int position = 0; position < expected.length; position++) {
        assertThat(found[position]).containsExactly(expected[position], within(1e-4f));
      }
    }
  }

  private float[][] logits(TensorSource source) throws IOException {
    int[] prompt = fixture.cases().getLast().prompt();
    float[][] rows = new float[prompt.length][];
    ModelWarnings warnings = new ModelWarnings();
    try (CpuBackend backend = new CpuBackend(2, Optional.of("scalar"))) {
      LlamaModel.load(source, backend, warnings, bytes -> {});
      assertThat(warnings.all()).isEmpty();
      try (Decoder decoder = MixtureContract.decoder(source, backend)) {
        decoder.forward(Batches.all(prompt, 0, 0, 1, 2, 3, 4));
        for (int position = 0; position < rows.length; position++) {
          rows[position] = MixtureContract.read(decoder, position);
        }
      }
    }
    return rows;
  }

  @Test
  void withoutScalesAreRefused() throws IOException {
    Map<String, Stored> coded = new TreeMap<>();
    code(CHANNELS, coded, new TreeMap<>());
    coded.remove("model.layers.1.feed_forward.experts.down_proj_scale");
    refuses(
        coded,
        "tensor model.layers.1.feed_forward.experts.down_proj: codes need"
            + " model.layers.1.feed_forward.experts.down_proj_scale beside them, found none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3, 1, 64 | scales must be one, one an expert or one an output, found F32 [3, 1, 64] for"
            + " F8_E4M3 [4, 64, 64]",
        "4, 64, 64 | found F32 [4, 64, 64] for F8_E4M3 [4, 64, 64]",
        "4, 1, 32 | found F32 [4, 1, 32]"
      })
  void scalesThatFitNothingAreRefused(String shape, String finding) throws IOException {
    long[] extents = Arrays.stream(shape.split(", ")).mapToLong(Long::parseLong).toArray();
    int count = (int) LongStream.of(extents).reduce(1, (a, b) -> a * b);
    Map<String, Stored> coded = new TreeMap<>();
    code(CHANNELS, coded, new TreeMap<>());
    coded.put(
        "model.layers.1.feed_forward.experts.gate_up_proj_scale",
        new Stored("F32", extents, bytes(new float[count])));
    refuses(coded, finding);
  }

  @Test
  void scalesThatAreNoNumbersAreRefused() throws IOException {
    Map<String, Stored> coded = new TreeMap<>();
    code(CHANNELS, coded, new TreeMap<>());
    float[] scales = new float[4 * 64];
    scales[7] = Float.NaN;
    coded.put(
        "model.layers.1.feed_forward.experts.gate_up_proj_scale",
        new Stored("F32", new long[] {4, 1, 64}, bytes(scales)));
    refuses(coded, "gate_up_proj_scale must hold finite numbers, found NaN");
  }

  @Test
  void scalesOfOtherNumbersAreRefused() throws IOException {
    Map<String, Stored> coded = new TreeMap<>();
    Map<String, Stored> plain = new TreeMap<>();
    code(CHANNELS, coded, plain);
    String name = "model.layers.1.feed_forward.experts.gate_up_proj";
    coded.put(name + "_scale", Objects.requireNonNull(coded.get(name + "_scale")).as("I32"));
    refuses(coded, "must be F64, F32, F16 or BF16, found I32 [4, 1, 64]");
    Stored scale = new Stored("F32", new long[] {4, 1, 64}, bytes(new float[4 * 64]));
    plain.put(name + "_scale", scale);
    refuses(plain, "only codes of 8 bits have scales, found F32 [4, 64, 64]");
  }

  private void refuses(Map<String, Stored> arrays, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> open("refused", arrays).close())
        .withMessageContaining(finding);
  }

  /// The fixture with experts of codes, and with experts of what the codes stand for.
  private void code(Layout layout, Map<String, Stored> coded, Map<String, Stored> plain)
      throws IOException {
    MemorySegment file = MemorySegment.ofArray(fixture.bytes("model.safetensors"));
    SafetensorsReader.read(StoredBytes.of(file), "model.safetensors")
        .forEach((name, array) -> {
          Stored stored = new Stored("F32", array.shape(), array.content().toArray());
          coded.put(name, stored);
          plain.put(name, stored);
          if (EXPERTS.matcher(name).matches()) {
            coded.put(name, quantized(stored, layout).as("F8_E4M3"));
            coded.put(name + layout.suffix, scales(stored, layout, name.contains("down")));
            plain.put(name, multiplied(stored, layout));
          }
        });
  }

  private static float[] largest(Stored stored, Layout layout) {
    float[] values = floats(stored);
    float[] largest = new float[shares(stored, layout)];
    for (int i = 0; i < values.length; i++) {
      int share = share(stored, layout, i);
      largest[share] = Math.max(largest[share], Math.abs(values[i]) / LARGEST);
    }
    return largest;
  }

  private static int shares(Stored stored, Layout layout) {
    int experts = (int) stored.shape()[0];
    return switch (layout) {
      case OUTPUT -> experts * (int) stored.shape()[2];
      case EXPERT -> experts;
      case ALL -> 1;
    };
  }

  private static int share(Stored stored, Layout layout, int index) {
    int outputs = (int) stored.shape()[2];
    int expert = index / outputs / (int) stored.shape()[1];
    return switch (layout) {
      case OUTPUT -> expert * outputs + index % outputs;
      case EXPERT -> expert;
      case ALL -> 0;
    };
  }

  /// As transformers has them: `[experts, 1, outputs]` of gates and ups, `[experts, outputs, 1]` of
  /// downs.
  private static Stored scales(Stored stored, Layout layout, boolean isDown) {
    long experts = stored.shape()[0];
    long outputs = stored.shape()[2];
    long[] shape =
        switch (layout) {
          case OUTPUT ->
              isDown ? new long[] {experts, outputs, 1} : new long[] {experts, 1, outputs};
          case EXPERT -> new long[] {experts, 1, 1};
          case ALL -> new long[] {1};
        };
    return new Stored("F32", shape, bytes(largest(stored, layout)));
  }

  private static Stored quantized(Stored stored, Layout layout) {
    float[] values = floats(stored);
    float[] scales = largest(stored, layout);
    byte[] codes = new byte[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = nearest(values[i] / scales[share(stored, layout, i)]);
    }
    return new Stored("F8_E4M3", stored.shape(), codes);
  }

  private static Stored multiplied(Stored stored, Layout layout) {
    byte[] codes = quantized(stored, layout).content();
    float[] scales = largest(stored, layout);
    float[] values = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      float magnitude = magnitude(codes[i] & 0x7F);
      values[i] = (codes[i] < 0 ? -magnitude : magnitude) * scales[share(stored, layout, i)];
    }
    return new Stored("F32", stored.shape(), bytes(values));
  }

  private static byte nearest(float value) {
    int best = 0;
    for (int code = 1; code < 0x7F; code++) {
      if (Math.abs(Math.abs(value) - magnitude(code))
          < Math.abs(Math.abs(value) - magnitude(best))) {
        best = code;
      }
    }
    return (byte) (value < 0 ? best | 0x80 : best);
  }

  /// Four bits of exponent from -7 on, three of what follows the point.
  private static float magnitude(int code) {
    int exponent = code >> 3;
    float fraction = (code & 7) / 8f;
    return exponent == 0 ? fraction / 64 : (1 + fraction) * (float) Math.pow(2, exponent - 7.0);
  }

  private static float[] floats(Stored stored) {
    float[] values = new float[stored.content().length / Float.BYTES];
    ByteBuffer.wrap(stored.content()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private Checkpoint open(String name, Map<String, Stored> arrays) throws IOException {
    Map<String, String> header = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, Stored> each : arrays.entrySet()) {
      Stored array = each.getValue();
      String shape =
          LongStream.of(array.shape()).mapToObj(Long::toString).collect(Collectors.joining(","));
      header.put(
          each.getKey(),
          "{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s,%s]}"
              .formatted(array.type(), shape, end, end + array.content().length));
      end += array.content().length;
    }
    byte[] json =
        header.entrySet().stream()
            .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
            .collect(Collectors.joining(",", "{", "}"))
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + json.length + end))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    arrays.values().forEach(array -> file.put(array.content()));
    String config =
        fixture
            .text("config.json")
            .replaceFirst(
                "\\{", "{\"quantization_config\": {\"quant_method\": \"compressed-tensors\"},");
    return fixture.open(temp.resolve(name), config, file.array());
  }
}
