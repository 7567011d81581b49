package puna.chat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatMessage.Role;
import puna.error.JsonException;
import puna.json.JsonPlace;
import puna.json.JsonPlace.Fault;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Messages and tools to JSON, and back.
final class MessageJson {
  private static final String TYPE = "type";
  private static final String TEXT = "text";

  private MessageJson() {}

  static JsonObject write(ChatMessage message) {
    return JsonObject.builder()
        .put("role", message.role().name().toLowerCase(Locale.ROOT))
        .put("content", content(message.content()))
        .build();
  }

  static JsonObject write(Tool tool) {
    return JsonObject.builder()
        .put("name", tool.name())
        .put("description", tool.description())
        .put("parameters", tool.parameters())
        .build();
  }

  private static JsonValue content(List<ContentPart> parts) {
    if (parts.size() == 1 && parts.getFirst() instanceof ContentPart.Text(String text)) {
      return new JsonString(text);
    }
    return new JsonArray(parts.stream().<JsonValue>map(MessageJson::write).toList());
  }

  private static JsonObject write(ContentPart part) {
    JsonObject.Builder members =
        switch (part) {
          case ContentPart.Text(String text) -> ofType(TEXT).put(TEXT, text);
          case ContentPart.Reasoning(String text) -> ofType("reasoning").put(TEXT, text);
          case ContentPart.Call(ToolCall call) ->
              ofType("tool_call")
                  .putIfPresent("id", call.id())
                  .put("name", call.name())
                  .put("arguments", call.arguments());
          case ContentPart.Result result ->
              ofType("tool_result")
                  .putIfPresent("tool_call_id", result.callId())
                  .putIfPresent("name", result.toolName())
                  .put("content", content(result.content()));
          default -> throw new IllegalStateException("a message holds an unknown part " + part);
        };
    return members.build();
  }

  private static JsonObject.Builder ofType(String type) {
    return JsonObject.builder().put(TYPE, type);
  }

  static ChatMessage read(JsonObject json) {
    JsonPlace message = only(place(json), Set.of("role", "content"));
    Role role = role(message.get("role"));
    JsonPlace content = message.get("content");
    try {
      return role == Role.TOOL && content.value() instanceof JsonString(String text)
          ? ChatMessage.of(role, text)
          : ChatMessage.of(role, parts(content));
    } catch (IllegalArgumentException e) {
      throw new JsonException("$.content: " + e.getMessage(), e);
    }
  }

  private static Role role(JsonPlace place) {
    for (Role role : Role.values()) {
      if (place.value().equals(new JsonString(role.name().toLowerCase(Locale.ROOT)))) {
        return role;
      }
    }
    throw place.refusal("must be \"system\", \"user\", \"assistant\" or \"tool\"");
  }

  static Tool tool(JsonObject json) {
    JsonPlace tool = only(place(json), Set.of("name", "description", "parameters"));
    String name = tool.get("name").string();
    String description = tool.get("description").map(JsonPlace::string).orElse("");
    Optional<JsonObject> parameters = tool.get("parameters").map(JsonPlace::object);
    try {
      return parameters.isPresent()
          ? Tool.of(name, description, parameters.get())
          : Tool.of(name, description);
    } catch (IllegalArgumentException e) {
      String wrong = Tool.isName(name) ? "parameters" : "name";
      throw new JsonException("$." + wrong + ": " + e.getMessage(), e);
    }
  }

  private static List<ContentPart> parts(JsonPlace content) {
    if (content.value() instanceof JsonString(String text)) {
      return List.of(new ContentPart.Text(text));
    }
    if (!content.isArray()) {
      throw content.wrongKind("must be a string or an array of parts");
    }
    return content.elements().stream().map(MessageJson::part).toList();
  }

  private static ContentPart part(JsonPlace part) {
    String type = part.get(TYPE).string();
    return switch (type) {
      case TEXT -> new ContentPart.Text(only(part, Set.of(TYPE, TEXT)).get(TEXT).string());
      case "reasoning" ->
          new ContentPart.Reasoning(only(part, Set.of(TYPE, TEXT)).get(TEXT).string());
      case "tool_call" -> {
        only(part, Set.of(TYPE, "id", "name", "arguments"));
        String name = part.get("name").string();
        JsonObject arguments = part.get("arguments").object();
        yield new ContentPart.Call(
            part.get("id")
                .map(id -> ToolCall.of(id.string(), name, arguments))
                .orElseGet(() -> ToolCall.of(name, arguments)));
      }
      case "tool_result" -> {
        only(part, Set.of(TYPE, "tool_call_id", "name", "content"));
        yield new ContentPart.Result(
            part.get("tool_call_id").map(JsonPlace::string),
            part.get("name").map(JsonPlace::string),
            parts(part.get("content")));
      }
      default ->
          throw part.get(TYPE)
              .refusal("must be \"text\", \"reasoning\", \"tool_call\" or \"tool_result\"");
    };
  }

  private static JsonPlace place(JsonObject json) {
    return JsonPlace.of(
        json,
        "$",
        (place, fault, rule) ->
            new JsonException(
                "%s: %s, found %s"
                    .formatted(
                        place.path(),
                        fault == Fault.MISSING ? "must be there" : rule,
                        place.found())));
  }

  /// That place, whose object has no other members than these.
  private static JsonPlace only(JsonPlace place, Set<String> known) {
    for (String name : place.object().members().keySet()) {
      if (!known.contains(name)) {
        throw new JsonException(
            "%s: there is no such member; known are %s"
                .formatted(
                    place.get(name).path(), String.join(", ", known.stream().sorted().toList())));
      }
    }
    return place;
  }
}
