package puna.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.huggingface.HuggingFaceCheckpoint;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// Two tiny models of Llama 4's architecture, with what transformers 5.23 makes of them in float32
/// (Meta's own code differs from it by at most 1.1e-5).
///
/// @param model `scout-like` (experts in all layers, norm of heads, scaled RoPE) or `maverick-like`
record MixtureFixture(String model) {
  static final int VOCABULARY = 384;
  static final int WIDTH = 64;
  static final int LAYERS = 8;

  static List<String> models() {
    return List.of("maverick-like", "scout-like");
  }

  /// A prompt, such as `n40`, with the reference's answers.
  record Case(String name, int[] prompt, int[] greedy, List<int[]> experts) {}

  List<Case> cases() throws IOException {
    JsonObject cases = object(Json.parse(text("expected.json"), "expected.json"), "cases");
    return cases.members().entrySet().stream()
        .map(entry -> {
          JsonObject each = (JsonObject) entry.getValue();
          return new Case(
              entry.getKey(),
              ints(each.get("ids").orElseThrow()),
              ints(each.get("greedy").orElseThrow()),
              ((JsonArray) each.get("experts_prompt_plus_greedy").orElseThrow())
                  .elements().stream().map(MixtureFixture::ints).toList());
        })
        .toList();
  }

  /// The logits of all positions of a prompt, one row each.
  float[][] logits(String prompt) throws IOException {
    return rows(floats(prompt + ".logits.f32"), VOCABULARY);
  }

  /// The residual stream of the prompt `n40`: the embeddings, then what each layer left.
  float[][] hidden() throws IOException {
    return rows(floats("n40.hidden.f32"), WIDTH);
  }

  /// The model as a folder of Hugging Face's kind.
  ///
  /// @param config the file that holds the configuration in the spelling wanted
  Checkpoint open(Path temp, String config) throws IOException {
    return open(temp, config, text(config));
  }

  Checkpoint open(Path temp, String name, String config) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(model + "-" + name));
    Files.writeString(folder.resolve("config.json"), config);
    Files.write(folder.resolve("model.safetensors"), bytes("model.safetensors"));
    return HuggingFaceCheckpoint.at(folder).orElseThrow().open();
  }

  String text(String file) throws IOException {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  private static JsonObject object(JsonValue value, String name) {
    return (JsonObject) ((JsonObject) value).get(name).orElseThrow();
  }

  private static int[] ints(JsonValue value) {
    return ((JsonArray) value)
        .elements().stream()
            .mapToInt(each -> Integer.parseInt(((JsonNumber) each).text()))
            .toArray();
  }

  private float[] floats(String file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private static float[][] rows(float[] values, int width) {
    float[][] rows = new float[values.length / width][width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(values, row * width, rows[row], 0, width);
    }
    return rows;
  }

  private byte[] bytes(String file) throws IOException {
    String path = "/puna/llama4/" + model + "/" + file;
    try (InputStream in = MixtureFixture.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    }
  }
}
