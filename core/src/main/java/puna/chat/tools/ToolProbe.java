package puna.chat.tools;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A conversation of the same shape as another, in which every word stands nowhere else: whether
/// its prompt holds a call can be told, though a name also stands in the list of tools and a value
/// in the question.
///
/// Shape is what templates decide by: roles and their order, which texts are empty, ids, how many
/// calls, what their arguments are.
final class ToolProbe {
  private final List<ChatMessage> messages = new ArrayList<>();
  private final List<String> wanted = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final Map<String, String> namesById = new HashMap<>();
  private int words;

  private ToolProbe() {}

  /// How a prompt shows a conversation.
  enum Shown {
    /// A call or a result is missing.
    NOT,
    /// All is there, arguments as something else than JSON where they have quotes: as Python prints
    /// them, or as JSON in a JSON string.
    IN_PART,
    WHOLE
  }

  static ToolProbe of(List<ChatMessage> messages) {
    ToolProbe probe = new ToolProbe();
    messages.forEach(message -> probe.messages.add(probe.message(message)));
    return probe;
  }

  List<ChatMessage> messages() {
    return List.copyOf(messages);
  }

  /// How a prompt of these messages shows them.
  Shown in(String prompt) {
    if (!wanted.stream().allMatch(prompt::contains)) {
      return Shown.NOT;
    }
    // A template that prints whole calls as Python does means it.
    boolean printsCalls = prompt.contains("'arguments': {");
    boolean otherQuotes =
        keys.stream()
            .anyMatch(key ->
                prompt.contains("\\\"" + key)
                    || (!printsCalls && prompt.contains("'" + key + "'")));
    return otherQuotes ? Shown.IN_PART : Shown.WHOLE;
  }

  private ChatMessage message(ChatMessage message) {
    List<ContentPart> parts = new ArrayList<>();
    for (ContentPart part : message.content()) {
      parts.add(
          switch (part) {
            case ContentPart.Text(String text) -> new ContentPart.Text(text(text));
            case ContentPart.Reasoning(String text) -> new ContentPart.Reasoning(text(text));
            case ContentPart.Call(ToolCall call) -> new ContentPart.Call(call(call));
            case ContentPart.Result result -> result(result);
            default -> part;
          });
    }
    return ChatMessage.of(message.role(), parts);
  }

  private String text(String text) {
    return text.isBlank() ? text : word();
  }

  private ToolCall call(ToolCall call) {
    String name = wanted(word());
    call.id().ifPresent(id -> namesById.put(id, name));
    JsonObject arguments = (JsonObject) value(call.arguments());
    return call.id()
        .map(id -> ToolCall.of(id, name, arguments))
        .orElseGet(() -> ToolCall.of(name, arguments));
  }

  private ContentPart result(ContentPart.Result result) {
    String text = result.text();
    String said = text.isBlank() ? text : wanted(word());
    // Some templates read a result that is JSON.
    boolean isObject = text.stripLeading().startsWith("{");
    return new ContentPart.Result(
        result.callId(),
        result.toolName().map(_ -> result.callId().map(namesById::get).orElseGet(this::word)),
        List.of(new ContentPart.Text(isObject ? "{\"result\": \"%s\"}".formatted(said) : said)));
  }

  private JsonValue value(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> new JsonString(text.isEmpty() ? text : wanted(word()));
      case JsonNumber _ -> {
        JsonNumber number = JsonNumber.of(730_000_000L + words++);
        wanted.add(number.text());
        yield number;
      }
      case JsonArray(List<JsonValue> elements) ->
          new JsonArray(elements.stream().map(this::value).toList());
      case JsonObject(Map<String, JsonValue> members) -> {
        JsonObject.Builder others = JsonObject.builder();
        members.forEach((name, member) -> others.put(key(member), value(member)));
        yield others.build();
      }
      default -> value;
    };
  }

  private String key(JsonValue member) {
    String key = word();
    if (!(member instanceof JsonNull)) {
      wanted.add(key);
    }
    keys.add(key);
    return key;
  }

  private String wanted(String word) {
    wanted.add(word);
    return word;
  }

  private String word() {
    return "puna" + words++ + "x";
  }

  /// Whether calls or results are part of a conversation.
  static boolean hasTools(List<ChatMessage> messages) {
    return messages.stream()
        .anyMatch(message -> message.role() == Role.TOOL || !message.toolCalls().isEmpty());
  }
}
