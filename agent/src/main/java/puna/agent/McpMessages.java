package puna.agent;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.regex.Pattern;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// Reads the messages in a text: one, or a batch of them.
///
/// One odd element, such as a tool whose schema nests without end or has two equal keys, must not
/// lose the others: where a text cannot be read, the elements of the result's list are tried one by
/// one, and those that cannot be read are null.
final class McpMessages {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final int LISTS = 3; // levels: the message, its result, the list

  private static final Pattern LIST = Pattern.compile("\"(tools|content)\"\\s{0,9}:\\s{0,9}$");

  private final String text;
  private final StringBuilder repaired = new StringBuilder();
  private int depth;
  private int copied; // up to here the text is in `repaired`

  private McpMessages(String text) {
    this.text = text;
  }

  /// @throws JsonException when the text is no JSON
  static List<JsonObject> read(String text) {
    return messages(parse(text));
  }

  private static JsonValue parse(String text) {
    try {
      return Json.parse(text, "message");
    } catch (JsonException e) {
      String repaired = new McpMessages(text).repaired();
      if (repaired.isEmpty()) {
        throw e;
      }
      JsonValue value = Json.parse(repaired, "message");
      LOGGER.log(Level.DEBUG, () -> "a part of a message is left out: " + McpText.message(e));
      return value;
    }
  }

  private static List<JsonObject> messages(JsonValue value) {
    return switch (value) {
      case JsonObject message -> List.of(message);
      case JsonArray(List<JsonValue> batch) ->
          batch.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList();
      default -> List.of();
    };
  }

  /// The text with null for what cannot be read, empty if there is no such element.
  private String repaired() {
    int begin = -1; // of an element
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '"' -> at = endOfString(at);
        case '[', '{' -> {
          depth++;
          begin = depth == LISTS && isList(at) ? at + 1 : begin;
        }
        case ']', '}' -> {
          if (depth == LISTS && begin >= 0) {
            element(begin, at);
            begin = -1;
          }
          depth--;
        }
        case ',' -> {
          if (depth == LISTS && begin >= 0) {
            element(begin, at);
            begin = at + 1;
          }
        }
        default -> {} // inside of a number, a literal or white space
      }
    }
    return copied == 0 ? "" : repaired.append(text, copied, text.length()).toString();
  }

  /// Whether a list of tools or of parts begins here; of other values every part counts.
  private boolean isList(int at) {
    return text.charAt(at) == '[' && LIST.matcher(text).region(Math.max(0, at - 40), at).find();
  }

  private int endOfString(int quote) {
    int at = quote + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }

  private void element(int begin, int end) {
    String element = text.substring(begin, end);
    if (element.isBlank()) {
      return;
    }
    try {
      Json.parse(element, "element");
    } catch (JsonException _) {
      repaired.append(text, copied, begin).append("null");
      copied = end;
    }
  }
}
