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

/// Tiny mixtures of experts with what references make of them; their README says whose.
///
/// @param model `scout-like`, `maverick-like` or `mixtral-like`
record MixtureFixture(String model) {
  static final int WIDTH = 64;
  static final int LAYERS = 8;

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
  float[][] logits(Case prompt) throws IOException {
    float[] all = floats(prompt.name() + ".logits.f32");
    return rows(all, all.length / prompt.prompt().length);
  }

  /// The residual stream of the prompt `n40`: the embeddings, then what each layer left.
  float[][] hidden() throws IOException {
    return rows(floats("n40.hidden.f32"), WIDTH);
  }

  /// The model as a folder of Hugging Face's kind.
  ///
  /// @param config the file that holds the configuration in the spelling wanted
  Checkpoint open(Path temp, String config) throws IOException {
    return open(temp.resolve(model + "-" + config), text(config), bytes("model.safetensors"));
  }

  Checkpoint open(Path folder, String config, byte[] weights) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config);
    Files.write(folder.resolve("model.safetensors"), weights);
    return HuggingFaceCheckpoint.at(folder).orElseThrow().open();
  }

  /// The model as a part of one that reads images too, whose tensors have its names before theirs.
  Checkpoint openNested(Path temp, String config) throws IOException {
    ByteBuffer weights = ByteBuffer.wrap(bytes("model.safetensors")).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) weights.getLong()];
    weights.get(header);
    byte[] nested =
        new String(header, StandardCharsets.UTF_8)
            .replace("\"model.", "\"language_model.model.")
            .replace("\"lm_head.", "\"language_model.lm_head.")
            .replaceFirst(
                "\\{",
                "{\"vision_model.patch_embedding.linear.weight\":"
                    + "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(Long.BYTES + nested.length + weights.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(nested.length)
            .put(nested)
            .put(weights);
    return open(temp.resolve(model + "-nested"), config, all.array());
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

  byte[] bytes(String file) throws IOException {
    String path = "/puna/mixtures/" + model + "/" + file;
    try (InputStream in = MixtureFixture.class.getResourceAsStream(path)) {
      return Objects.requireNonNull(in, path).readAllBytes();
    }
  }
}
