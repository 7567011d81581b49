package puna.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.error.JsonException;
import puna.hub.net.Checksum;
import puna.hub.net.DownloadPlace;
import puna.hub.net.RemoteFile;
import puna.hub.net.SafePath;
import puna.hub.net.Stamp;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A model that was fetched, or is being fetched, as the file `.puna/KEY.json` of its folder
/// describes it. When it was used last is when that file was changed last.
///
/// @param reference what was asked for
/// @param commit of the repository, or what a server calls its present content
/// @param open the file to open, below the folder; empty for the folder itself
record PulledModel(
    Path folder, String key, String reference, String commit, String open, List<Part> parts) {
  private static final long MOST_BYTES = 4 << 20;
  private static final String ENDING = ".json";

  /// One file of a model.
  record Part(String path, RemoteFile.Content content) {}

  PulledModel {
    parts = List.copyOf(parts);
  }

  static Path description(Path folder, String key) {
    return folder.resolve(DownloadPlace.OWN).resolve(key + ENDING);
  }

  Path description() {
    return description(folder, key);
  }

  /// What to open.
  Path path() {
    return open.isEmpty() ? folder : folder.resolve(open);
  }

  long bytes() {
    return parts.stream().mapToLong(part -> part.content.bytes()).sum();
  }

  /// Whether all its files are there, and are what they must be.
  boolean isWhole() throws IOException {
    for (Part part : parts) {
      if (!Stamp.isVerified(new DownloadPlace(folder, part.path), part.content)) {
        return false;
      }
    }
    return true;
  }

  /// How many bytes of its files are in their place.
  long presentBytes() {
    long present = 0;
    for (Part part : parts) {
      present += Files.isRegularFile(folder.resolve(part.path)) ? part.content.bytes() : 0;
    }
    return present;
  }

  /// Reads a description; empty where there is none that can be read.
  static Optional<PulledModel> read(Path folder, String key) {
    Path file = description(folder, key);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        return Optional.empty();
      }
      JsonValue json = Json.parse(Files.readString(file), file.toString());
      return json instanceof JsonObject object ? of(folder, key, object) : Optional.empty();
    } catch (IOException | JsonException _) {
      return Optional.empty(); // it is written anew when the model is fetched again
    }
  }

  private static Optional<PulledModel> of(Path folder, String key, JsonObject json) {
    if (!(json.members().get("files") instanceof JsonArray(List<JsonValue> files))) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    for (JsonValue file : files) {
      if (!(file instanceof JsonObject part)
          || !SafePath.isSafe(text(part, "path"))
          || !(part.members().get("bytes") instanceof JsonNumber(String bytes))
          || !bytes.matches("\\d{1,18}")) {
        return Optional.empty();
      }
      parts.add(
          new Part(
              text(part, "path"),
              new RemoteFile.Content(
                  Long.parseLong(bytes),
                  Checksum.sha256(text(part, "sha256"))
                      .or(() -> Checksum.gitBlob(text(part, "git"))),
                  Optional.of(text(part, "version")).filter(version -> !version.isEmpty()))));
    }
    String open = text(json, "open");
    boolean isSound = open.isEmpty() || parts.stream().anyMatch(part -> part.path.equals(open));
    return isSound
        ? Optional.of(
            new PulledModel(
                folder, key, text(json, "reference"), text(json, "commit"), open, parts))
        : Optional.empty();
  }

  private static String text(JsonObject object, String name) {
    return object.members().get(name) instanceof JsonString(String value) ? value : "";
  }

  void write() throws IOException {
    List<JsonValue> files = new ArrayList<>();
    for (Part part : parts) {
      JsonObject.Builder file =
          JsonObject.builder().put("path", part.path).put("bytes", part.content.bytes());
      part.content
          .checksum()
          .ifPresent(
              sum -> file.put(sum.kind() == Checksum.Kind.SHA256 ? "sha256" : "git", sum.hex()));
      files.add(file.putIfPresent("version", part.content.version()).build());
    }
    JsonObject json =
        JsonObject.builder()
            .put("reference", reference)
            .put("commit", commit)
            .put("open", open)
            .put("files", files)
            .build();
    Files.createDirectories(folder.resolve(DownloadPlace.OWN));
    DownloadPlace.write(description(), Json.writeIndented(json) + "\n");
  }
}
