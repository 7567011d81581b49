package puna.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import puna.chat.ChatMessage.Role;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Conversations and tools in the JSON of OpenAI's chat completions, which data sets, chat
/// templates and other programs have in common.
///
/// ```java
/// JsonPlace chat = JsonPlace.of(Json.parse(text, "chat.json"));
/// List<ChatMessage> messages = OpenAiJson.messages(chat.get("messages").elements());
/// List<Tool> tools = chat.get("tools").elements().stream().map(OpenAiJson::tool).toList();
/// ```
///
/// What is wrong is refused by the place that it stands at. Members that mean nothing here are
/// ignored. [ChatMessage#toJson()] is another form, which loses nothing.
public final class OpenAiJson {
  private static final String FUNCTION = "function";
  private static final String CONTENT = "content";

  private final Map<String, String> toolNames = new HashMap<>(); // by the ids of their calls

  private OpenAiJson() {}

  /// The messages of a conversation.
  ///
  /// The roles are `system` (or `developer`), `user`, `assistant` and `tool` (or `function`). The
  /// content is a string or an array of parts of text, and may be absent. The assistant's messages
  /// may have `reasoning_content` (or `reasoning`) and `tool_calls`, the arguments of which are an
  /// object or its text. A result gets its tool's name from the call that it answers, where it has
  /// none.
  public static List<ChatMessage> messages(List<JsonPlace> messages) {
    OpenAiJson conversation = new OpenAiJson();
    return messages.stream().map(conversation::message).toList();
  }

  /// A tool: `{"type": "function", "function": {"name": …, "description": …, "parameters": …}}`, or
  /// the inner object alone. Without parameters it is a tool without arguments.
  public static Tool tool(JsonPlace tool) {
    JsonPlace type = tool.get("type");
    if (!type.map(JsonPlace::string).orElse(FUNCTION).equals(FUNCTION)) {
      throw type.unsupported("must be function: tools of no other type are known");
    }
    boolean isBare = tool.get(FUNCTION).isAbsent() && !tool.get("name").isAbsent();
    JsonPlace function = isBare ? tool : tool.get(FUNCTION);
    String name = function.get("name").string();
    if (!Tool.isName(name)) {
      throw function.get("name").refusal("must be " + Tool.NAME_RULE);
    }
    String description = function.get("description").map(JsonPlace::string).orElse("");
    JsonPlace parameters = function.get("parameters");
    Optional<JsonObject> schema =
        parameters.map(JsonPlace::object).filter(given -> !given.members().isEmpty());
    if (schema.isEmpty()) {
      return Tool.of(name, description);
    }
    if (!Tool.isOfObjects(schema.get())) {
      throw parameters
          .get("type")
          .refusal("must be \"object\", as the arguments of a tool are one object");
    }
    return Tool.of(name, description, schema.get());
  }

  /// A tool as [#tool] reads it.
  public static JsonObject write(Tool tool) {
    return JsonObject.builder().put("type", FUNCTION).put(FUNCTION, tool.toJson()).build();
  }

  /// A call with its arguments as text.
  public static JsonObject write(ToolCall call) {
    return JsonObject.builder()
        .putIfPresent("id", call.id())
        .put("type", FUNCTION)
        .put(
            FUNCTION,
            JsonObject.builder()
                .put("name", call.name())
                .put("arguments", Json.write(call.arguments())))
        .build();
  }

  /// A message as [#messages] reads it. All its text is one string; beside calls an empty one is
  /// `null`.
  public static JsonObject write(ChatMessage message) {
    List<ToolCall> calls = message.toolCalls();
    Optional<String> text =
        Optional.of(message.text()).filter(some -> calls.isEmpty() || !some.isEmpty());
    JsonObject.Builder json =
        JsonObject.builder()
            .put("role", message.role().name().toLowerCase(Locale.ROOT))
            .putOrNull(CONTENT, text)
            .putIfPresent("reasoning_content", message.reasoning());
    if (!calls.isEmpty()) {
      json.put("tool_calls", calls.stream().map(OpenAiJson::write).toList());
    }
    return json.putIfPresent(
            "tool_call_id", message.toolResult().flatMap(ContentPart.Result::callId))
        .putIfPresent("name", message.toolResult().flatMap(ContentPart.Result::toolName))
        .build();
  }

  private ChatMessage message(JsonPlace message) {
    JsonPlace role = message.get("role");
    JsonPlace content = message.get(CONTENT);
    return switch (role.string().toLowerCase(Locale.ROOT)) {
      case "system", "developer" -> ChatMessage.of(Role.SYSTEM, parts(content));
      case "user" -> ChatMessage.of(Role.USER, parts(content));
      case "assistant" -> assistant(message);
      case "tool", FUNCTION -> ChatMessage.of(Role.TOOL, List.of(result(message)));
      default -> throw role.refusal("must be system, user, assistant or tool");
    };
  }

  private ChatMessage assistant(JsonPlace message) {
    List<ContentPart> parts = new ArrayList<>();
    text(message.get("reasoning_content"))
        .or(() -> text(message.get("reasoning")))
        .ifPresent(text -> parts.add(new ContentPart.Reasoning(text)));
    parts.addAll(parts(message.get(CONTENT)));
    for (JsonPlace call : message.get("tool_calls").map(JsonPlace::elements).orElse(List.of())) {
      parts.add(new ContentPart.Call(call(call)));
    }
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private ToolCall call(JsonPlace call) {
    JsonPlace function = call.get(FUNCTION);
    String name = function.get("name").string();
    JsonObject arguments = arguments(function.get("arguments"));
    Optional<String> id = text(call.get("id"));
    id.ifPresent(known -> toolNames.put(known, name));
    return id.isPresent() ? ToolCall.of(id.get(), name, arguments) : ToolCall.of(name, arguments);
  }

  private ContentPart.Result result(JsonPlace message) {
    Optional<String> callId = text(message.get("tool_call_id"));
    Optional<String> name = text(message.get("name")).or(() -> callId.map(toolNames::get));
    return new ContentPart.Result(callId, name, parts(message.get(CONTENT)));
  }

  /// The arguments of a call: an object, or the text of one; empty where there are none.
  public static JsonObject arguments(JsonPlace arguments) {
    JsonValue value = arguments.value();
    if (arguments.isAbsent() || value instanceof JsonString(String text) && text.isBlank()) {
      return JsonObject.builder().build();
    }
    if (value instanceof JsonString(String text)) {
      try {
        value = Json.parse(text, "its text");
      } catch (JsonException e) {
        throw arguments.refusal("must be JSON (%s)".formatted(e.getMessage()));
      }
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw arguments.refusal("must be a JSON object, or the text of one");
  }

  /// The parts of a content: a string, or an array of parts of text; none where it is absent.
  public static List<ContentPart> parts(JsonPlace content) {
    if (content.isAbsent()) {
      return List.of();
    }
    if (content.value() instanceof JsonString(String text)) {
      return List.of(new ContentPart.Text(text));
    }
    if (!content.isArray()) {
      throw content.wrongKind("must be a string or an array of parts");
    }
    return content.elements().stream().map(OpenAiJson::part).toList();
  }

  private static ContentPart part(JsonPlace part) {
    JsonPlace type = part.get("type");
    return switch (type.string()) {
      case "text", "input_text", "output_text" -> new ContentPart.Text(part.get("text").string());
      case "refusal" -> new ContentPart.Text(part.get("refusal").string());
      default -> throw type.unsupported("must be text: nothing else is read");
    };
  }

  private static Optional<String> text(JsonPlace place) {
    return place.map(JsonPlace::string).filter(text -> !text.isEmpty());
  }
}
