package puna.grammar.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import puna.json.Json;
import puna.json.JsonValue;

/// The schemas of schemas, for those that take a schema as a value: known without a network.
final class MetaSchemas {
  private MetaSchemas() {}

  /// The meta schema at an address without fragment; nothing for other addresses and for drafts
  /// whose meta schema is spread over several documents.
  static Optional<JsonValue> at(String uri) {
    String name = uri.replaceFirst("^https?://json-schema\\.org/", "");
    return switch (name) {
      case "draft-04/schema", "draft-06/schema", "draft-07/schema" ->
          Optional.of(read(name.substring(0, name.indexOf('/')) + ".json"));
      default -> Optional.empty();
    };
  }

  private static JsonValue read(String name) {
    try (InputStream in = MetaSchemas.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return Json.parse(in.readAllBytes(), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
