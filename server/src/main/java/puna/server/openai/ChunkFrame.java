package puna.server.openai;

import java.util.function.Function;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonString;

/// An event that is the same for each token but for one string. What stands around that is made
/// once.
record ChunkFrame(String before, String after) {
  private static final String GAP = "\u0001";

  /// @param event with some string; nothing behind that comes from a client
  static ChunkFrame of(Function<String, JsonValue> event) {
    String text = Json.write(event.apply(GAP));
    String gap = Json.write(new JsonString(GAP));
    int at = text.lastIndexOf(gap);
    return new ChunkFrame(
        "data: " + text.substring(0, at), text.substring(at + gap.length()) + "\n\n");
  }

  /// The event with that string.
  String with(String piece) {
    return before + Json.write(new JsonString(piece)) + after;
  }
}
