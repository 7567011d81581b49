package puna.hub.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The hub's two forms of listings.
final class HubJson {
  private static final long MOST_BYTES = 1L << 50;

  private HubJson() {}

  /// A file as the hub lists it.
  record Entry(String path, long bytes, Optional<Checksum> checksum) {}

  /// The files of a revision's description; empty where it tells no sizes.
  static Optional<List<Entry>> siblings(JsonObject revision) {
    if (!(revision.members().get("siblings") instanceof JsonArray(List<JsonValue> elements))) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonValue element : elements) {
      Optional<Entry> entry = entry(element, "rfilename", "blobId", "sha256");
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      entries.add(entry.get());
    }
    return Optional.of(entries);
  }

  /// The files of one page of a tree, without its folders.
  static Optional<List<Entry>> tree(JsonValue page) {
    if (!(page instanceof JsonArray(List<JsonValue> elements))) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonValue element : elements) {
      boolean isFile =
          element instanceof JsonObject object
              && text(object, "type").filter("file"::equals).isPresent();
      if (isFile) {
        Optional<Entry> entry = entry(element, "path", "oid", "oid");
        if (entry.isEmpty()) {
          return Optional.empty();
        }
        entries.add(entry.get());
      }
    }
    return Optional.of(entries);
  }

  private static Optional<Entry> entry(
      JsonValue element, String pathKey, String blobKey, String largeKey) {
    if (!(element instanceof JsonObject file)) {
      return Optional.empty();
    }
    Optional<JsonObject> large =
        file.members().get("lfs") instanceof JsonObject lfs ? Optional.of(lfs) : Optional.empty();
    Optional<Long> bytes = large.flatMap(lfs -> number(lfs, "size")).or(() -> number(file, "size"));
    Optional<Checksum> checksum =
        large.isPresent()
            ? text(large.get(), largeKey).flatMap(Checksum::sha256)
            : text(file, blobKey).flatMap(Checksum::gitBlob);
    return text(file, pathKey).flatMap(path -> bytes.map(size -> new Entry(path, size, checksum)));
  }

  static Optional<String> text(JsonObject object, String key) {
    return object.members().get(key) instanceof JsonString(String value)
        ? Optional.of(value)
        : Optional.empty();
  }

  private static Optional<Long> number(JsonObject object, String key) {
    if (object.members().get(key) instanceof JsonNumber(String text) && text.matches("\\d{1,18}")) {
      long value = Long.parseLong(text);
      return value <= MOST_BYTES ? Optional.of(value) : Optional.empty();
    }
    return Optional.empty();
  }
}
