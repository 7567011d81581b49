package puna.checkpoint;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.model.Batches;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// A tiny model in a folder of the test resources, with what a reference computes of it.
public record GoldenCheckpoint(Path folder, JsonObject expected) {
  /// How far float32 logits may be from the reference's.
  public static final float BOUND = 2e-4f;

  /// A text, its ids without special ones, and what these are decoded to.
  public record Tokens(String text, int[] ids, String decoded) {}

  public static GoldenCheckpoint named(String name) {
    Path folder = resources().resolve(name);
    JsonObject all = object(folder.resolveSibling("expected.json"));
    return new GoldenCheckpoint(folder, (JsonObject) all.get(name).orElseThrow());
  }

  private static Path resources() {
    try {
      var url = Objects.requireNonNull(GoldenCheckpoint.class.getResource("expected.json"));
      return Objects.requireNonNull(Path.of(url.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject object(Path file) {
    try {
      return (JsonObject) Json.parse(Files.readAllBytes(file), "expected.json");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public int[] prompt() {
    return ints("prompt");
  }

  public int[] argmax() {
    return ints("argmax");
  }

  public int[] greedy() {
    return ints("greedy");
  }

  public float[] logits() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("logits.f32")))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  public List<Tokens> tokens() {
    List<Tokens> all = new ArrayList<>();
    for (JsonValue value : ((JsonArray) expected.get("tokenize").orElseThrow()).elements()) {
      JsonObject one = (JsonObject) value;
      all.add(
          new Tokens(
              ((JsonString) one.get("text").orElseThrow()).value(),
              ints(one.get("ids").orElseThrow()),
              ((JsonString) one.get("decoded").orElseThrow()).value()));
    }
    return all;
  }

  private int[] ints(String key) {
    return ints(expected.get(key).orElseThrow());
  }

  private static int[] ints(JsonValue array) {
    return ((JsonArray) array)
        .elements().stream().mapToInt(value -> (int) ((JsonNumber) value).asLong()).toArray();
  }

  /// What the scalar tier makes of a model: the logits of all positions of a prompt, one position
  /// after the other, then the likeliest ids that follow it.
  public record Run(float[] logits, int vocabulary, int[] greedy) {
    public static Run of(TensorSource source, int[] prompt, int count) {
      try (CpuBackend backend = new CpuBackend(2, Optional.of("scalar"))) {
        LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
        int vocabulary = model.config().vocabulary();
        try (Decoder decoder =
            model.decoder(model.kvShape(4, 16, KvType.F32), prompt.length, prompt.length)) {
          decoder.forward(Batches.all(prompt, 0, 3, 1));
          float[] logits = new float[prompt.length * vocabulary];
          float[] row = new float[vocabulary];
          for (int position = 0; position < prompt.length; position++) {
            decoder.readLogits(position, row);
            System.arraycopy(row, 0, logits, position * vocabulary, vocabulary);
          }
          int[] greedy = new int[count];
          for (int i = 0; i < count; i++) {
            greedy[i] = likeliest(row, 0, vocabulary);
            decoder.forward(Batches.all(new int[] {greedy[i]}, prompt.length + i, 3, 1));
            decoder.readLogits(0, row);
          }
          return new Run(logits, vocabulary, greedy);
        }
      }
    }

    public int[] argmax() {
      int[] ids = new int[logits.length / vocabulary];
      Arrays.setAll(ids, row -> likeliest(logits, row * vocabulary, vocabulary));
      return ids;
    }

    private static int likeliest(float[] values, int from, int count) {
      int best = 0;
      for (int i = 1; i < count; i++) {
        if (values[from + i] > values[from + best]) {
          best = i;
        }
      }
      return best;
    }
  }
}
