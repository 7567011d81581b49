package puna.agent;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Members of messages that others wrote: one of another kind than expected counts as absent.
final class McpJson {
  static final JsonObject EMPTY = JsonObject.builder().build();

  private McpJson() {}

  static JsonObject with(JsonObject object, String name, JsonValue value) {
    return object.toBuilder().put(name, value).build();
  }

  static JsonObject with(JsonObject object, String name, String value) {
    return with(object, name, new JsonString(value));
  }

  /// A member that is there and not null.
  static Optional<JsonValue> value(JsonObject object, String name) {
    return object.get(name).filter(value -> !(value instanceof JsonNull));
  }

  static Optional<String> string(JsonObject object, String name) {
    return value(object, name).map(value -> value instanceof JsonString(String text) ? text : null);
  }

  static JsonObject object(JsonObject object, String name) {
    return object.get(name).orElse(EMPTY) instanceof JsonObject found ? found : EMPTY;
  }

  static List<JsonValue> list(JsonObject object, String name) {
    return object.get(name).orElse(null) instanceof JsonArray(List<JsonValue> elements)
        ? elements
        : List.of();
  }

  /// The number of one of our requests; some servers give it back as text.
  static OptionalLong id(JsonObject message) {
    @Nullable String digits =
        switch (message.get("id").orElse(JsonNull.NULL)) {
          case JsonNumber(String text) -> text;
          case JsonString(String text) -> text;
          default -> null;
        };
    return digits != null && digits.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }
}
