package puna.agent;

import static java.util.function.Predicate.isEqual;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The result of a tool as text for the model: text as it is, everything else by what is known of
/// it. Bytes are told by their number.
final class McpResults {
  private static final int MAX_NAME = 300;

  private McpResults() {}

  /// @throws ToolException when the result says that the tool failed
  /// @throws McpException when it is no result of a tool
  static String text(JsonObject result) {
    Optional<JsonValue> content = McpJson.value(result, "content");
    if (content.isPresent() && !(content.get() instanceof JsonArray)) {
      throw McpException.broken("the result's content must be a list, found something else");
    }
    List<JsonValue> parts = McpJson.list(result, "content");
    List<String> texts = new ArrayList<>();
    parts.stream().filter(McpResults::isForModel).map(McpResults::part).forEach(texts::add);
    McpJson.value(result, "structuredContent")
        .filter(value -> !repeats(texts, value))
        .map(Json::write)
        .ifPresent(texts::add);
    String text = String.join("\n", texts);
    if (result.get("isError").filter(isEqual(JsonBoolean.TRUE)).isPresent()) {
      throw new ToolException(text.isBlank() ? "the tool failed and did not say why" : text);
    }
    return texts.isEmpty() && !parts.isEmpty()
        ? "(done; the result is shown to the user only)"
        : text;
  }

  private static boolean isForModel(JsonValue part) {
    if (!(part instanceof JsonObject object)) {
      return true;
    }
    List<JsonValue> audience = McpJson.list(McpJson.object(object, "annotations"), "audience");
    return audience.isEmpty() || audience.contains(new JsonString("assistant"));
  }

  private static String part(JsonValue part) {
    if (!(part instanceof JsonObject object)) {
      return "(a part of no known kind)";
    }
    String type = McpJson.string(object, "type").orElse("");
    return switch (type) {
      case "text" -> McpJson.string(object, "text").orElse("");
      case "image", "audio" -> note(type, List.of(word(object, "mimeType"), size(object, "data")));
      case "resource" -> resource(McpJson.object(object, "resource"));
      case "resource_link" -> link(object);
      case "" -> "(a part of no known kind)";
      default -> "(%s, a kind of content that is not known)".formatted(McpText.line(type, 40));
    };
  }

  private static String resource(JsonObject resource) {
    String uri = word(resource, "uri").orElse("without a URI");
    Optional<String> type = word(resource, "mimeType");
    Optional<String> text = McpJson.string(resource, "text");
    if (text.isPresent()) {
      return "%s%s:\n%s".formatted(uri, type.map(" (%s)"::formatted).orElse(""), text.get());
    }
    Optional<String> size = size(resource, "blob");
    return note("resource " + uri, List.of(type, size.or(() -> Optional.of("without content"))));
  }

  private static String link(JsonObject link) {
    return note(
        "link to the resource " + word(link, "uri").orElse("without a URI"),
        List.of(
            word(link, "name"),
            word(link, "title"),
            word(link, "description"),
            word(link, "mimeType"),
            McpJson.value(link, "size")
                .map(size -> size instanceof JsonNumber(String bytes) ? bytes + " bytes" : null)));
  }

  private static String note(String first, List<Optional<String>> facts) {
    Stream<String> known = facts.stream().flatMap(Optional::stream);
    return "(%s)".formatted(String.join(", ", Stream.concat(Stream.of(first), known).toList()));
  }

  private static Optional<String> word(JsonObject object, String name) {
    return McpJson.string(object, name)
        .map(text -> McpText.line(text, MAX_NAME))
        .filter(text -> !text.isEmpty());
  }

  private static Optional<String> size(JsonObject object, String name) {
    return McpJson.string(object, name)
        .map(base64 -> {
          try {
            return Base64.getDecoder().decode(base64).length + " bytes";
          } catch (IllegalArgumentException _) {
            return "bytes that cannot be read";
          }
        });
  }

  /// Whether the texts already say what a value says. Servers repeat it as JSON; where a tool has a
  /// text or a bare value to give, they wrap it, as in `{"content": "…"}` or `{"result": 7}`.
  private static boolean repeats(List<String> texts, JsonValue value) {
    if (says(texts, value)) {
      return true;
    }
    return value instanceof JsonObject object
        && object.members().size() == 1
        && object.members().entrySet().stream()
            .filter(each -> each.getKey().equals("result") || each.getValue() instanceof JsonString)
            .anyMatch(each -> says(texts, each.getValue()));
  }

  private static boolean says(List<String> texts, JsonValue value) {
    if (texts.stream().anyMatch(text -> isSame(text, value))
        || isSame(String.join("\n", texts), value)) {
      return true;
    }
    if (!(value instanceof JsonArray(List<JsonValue> elements))
        || elements.size() != texts.size()) {
      return false;
    }
    for (int i = 0; i < texts.size(); i++) {
      if (!isSame(texts.get(i), elements.get(i))) {
        return false;
      }
    }
    return !texts.isEmpty();
  }

  private static boolean isSame(String text, JsonValue value) {
    if (value instanceof JsonString(String said) && said.equals(text)) {
      return true;
    }
    try {
      return Json.parse(text, "text").equals(value);
    } catch (JsonException _) {
      return false;
    }
  }
}
