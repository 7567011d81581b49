package puna.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import puna.Logits;
import puna.SharedData;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.gguf.GgufFile;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.tensor.ModelWarnings;

/// Every tensor type through the whole model: a tiny Llama quantized by llama.cpp, with logits that
/// transformers computed in float32 from the dequantized weights of each file.
public final class TinyQuants {
  /// What rounding activations to 15 bits costs at most, and scales to f16.
  public static final double EXACT = 2e-3;

  private TinyQuants() {}

  /// Compares a tier with the reference on every file.
  ///
  /// @param bound of the relative L2 of all logits of a file, by its name; where it is `EXACT` at
  ///   most, the likeliest tokens must be the reference's too
  public static void check(String tier, ToDoubleFunction<String> bound) throws IOException {
    Path folder = SharedData.require("models/tiny-quants");
    JsonObject expected =
        (JsonObject) Json.parse(Files.readAllBytes(folder.resolve("expected.json")), "expected");
    int[] tokens = ints(expected.get("tokens").orElseThrow());
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(30);
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".gguf", "");
      JsonObject model =
          (JsonObject) ((JsonObject) expected.get("models").orElseThrow()).get(name).orElseThrow();
      float[] reference = floats(folder.resolve(name + ".logits.f32"));
      float[] logits = logits(file, tier, tokens);
      assertThat(Logits.relativeL2(logits, reference))
          .as("%s on %s", name, tier)
          .isLessThan(bound.applyAsDouble(name));
      if (bound.applyAsDouble(name) <= EXACT) {
        assertThat(argmax(logits, tokens.length))
            .as("%s on %s", name, tier)
            .isEqualTo(ints(model.get("argmax").orElseThrow()));
      }
    }
  }

  private static float[] logits(Path file, String tier, int[] tokens) {
    try (GgufFile source = GgufFile.open(file);
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
      int[] all = IntStream.range(0, tokens.length).toArray();
      try (Decoder decoder =
          model.decoder(model.kvShape(4, 16, KvType.F32), tokens.length, tokens.length)) {
        decoder.forward(Batches.all(tokens, 0, 3, 1));
        int vocabulary = model.config().vocabulary();
        float[] logits = new float[tokens.length * vocabulary];
        float[] row = new float[vocabulary];
        for (int position : all) {
          decoder.readLogits(position, row);
          System.arraycopy(row, 0, logits, position * vocabulary, vocabulary);
        }
        return logits;
      }
    }
  }

  private static int[] argmax(float[] logits, int rows) {
    int width = logits.length / rows;
    return IntStream.range(0, rows)
        .map(row ->
            IntStream.range(0, width)
                .reduce(0, (a, b) -> logits[row * width + b] > logits[row * width + a] ? b : a))
        .toArray();
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static int[] ints(JsonValue array) {
    return ((JsonArray) array)
        .elements().stream().mapToInt(value -> (int) ((JsonNumber) value).asLong()).toArray();
  }
}
