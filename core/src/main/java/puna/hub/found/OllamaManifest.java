package puna.hub.found;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import puna.error.JsonException;
import puna.error.ModelNotFoundException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.text.FileText;

/// A manifest of Ollama's store: which blobs make up a model. Others wrote it, so that nothing in
/// it is a path before it is a digest.
///
/// @param model the blob that holds the weights
/// @param projectors of images, which are not used yet
record OllamaManifest(Layer model, List<Layer> projectors) {
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_LAYERS = 1000;
  private static final String KIND = "application/vnd.ollama.image.";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern BYTES = Pattern.compile("\\d{1,18}");

  /// One part of a model.
  record Layer(String kind, String digest, long bytes) {
    /// The name of its file.
    String blob() {
      return digest.replace(':', '-');
    }
  }

  OllamaManifest {
    projectors = List.copyOf(projectors);
  }

  /// @throws ModelNotFoundException when the file is no manifest of a model that is one GGUF file
  static OllamaManifest read(Path file) {
    List<Layer> models = new ArrayList<>();
    List<Layer> projectors = new ArrayList<>();
    for (JsonValue value : layers(file)) {
      Layer layer = layer(value, file);
      switch (layer.kind) {
        case KIND + "model" -> models.add(layer);
        case KIND + "projector" -> projectors.add(layer);
        default -> {} // templates and licences: the model's file has its own
      }
    }
    if (models.size() != 1) {
      throw refusal(
          file,
          "must have one layer of the kind model, which is a GGUF file, found " + models.size());
    }
    return new OllamaManifest(models.getFirst(), projectors);
  }

  private static List<JsonValue> layers(Path file) {
    if (!(json(file) instanceof JsonObject object)
        || !(object.get("layers").orElse(object) instanceof JsonArray(List<JsonValue> layers))) {
      throw refusal(file, "must have an array of layers, found none");
    }
    if (layers.size() > MOST_LAYERS) {
      throw refusal(
          file, "must have at most %s layers, found %s".formatted(MOST_LAYERS, layers.size()));
    }
    return layers;
  }

  private static JsonValue json(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw refusal(file, "must be a regular file");
      }
      long bytes = Files.size(file);
      if (bytes > MOST_BYTES) {
        throw refusal(file, "must have at most %s bytes, found %s".formatted(MOST_BYTES, bytes));
      }
      return Json.parse(Files.readAllBytes(file), "it");
    } catch (IOException e) {
      throw new ModelNotFoundException(
          "%s: Ollama's manifest cannot be read: %s".formatted(file, e), e);
    } catch (JsonException e) {
      throw new ModelNotFoundException(
          "%s: Ollama's manifest must be JSON: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Layer layer(JsonValue value, Path file) {
    String digest = text(value, "digest");
    if (!DIGEST.matcher(digest).matches()) {
      throw refusal(
          file,
          "must name layers by sha256: and 64 hexadecimal digits in small letters, found \"%s\""
              .formatted(FileText.line(digest)));
    }
    String bytes = member(value, "size") instanceof JsonNumber(String number) ? number : "nothing";
    if (!BYTES.matcher(bytes).matches()) {
      throw refusal(file, "must tell each layer's size in bytes, found " + FileText.line(bytes));
    }
    return new Layer(text(value, "mediaType"), digest, Long.parseLong(bytes));
  }

  private static String text(JsonValue value, String name) {
    return member(value, name) instanceof JsonString(String text) ? text : "";
  }

  private static JsonValue member(JsonValue value, String name) {
    return value instanceof JsonObject object
        ? object.get(name).orElse(JsonValue.JsonNull.NULL)
        : JsonValue.JsonNull.NULL;
  }

  private static ModelNotFoundException refusal(Path file, String rule) {
    return new ModelNotFoundException("%s: Ollama's manifest %s".formatted(file, rule));
  }
}
