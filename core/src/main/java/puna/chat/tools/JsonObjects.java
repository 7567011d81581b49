package puna.chat.tools;

import java.util.Optional;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// JSON of models, which may be none.
final class JsonObjects {
  private JsonObjects() {}

  static Optional<JsonObject> object(String text) {
    return parse(text) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
  }

  static Optional<String> string(String text) {
    return parse(text) instanceof JsonString(String value) ? Optional.of(value) : Optional.empty();
  }

  private static JsonValue parse(String text) {
    try {
      return Json.parse(text, "a tool call");
    } catch (JsonException _) {
      return JsonValue.JsonNull.NULL;
    }
  }
}
