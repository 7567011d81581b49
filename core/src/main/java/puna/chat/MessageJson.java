package puna.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatMessage.Role;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.options.Option;

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
    Members members = new Members(json, "$", Set.of("role", "content"));
    Role role =
        members.as(
            "role",
            value -> {
              for (Role each : Role.values()) {
                if (value.equals(new JsonString(each.name().toLowerCase(Locale.ROOT)))) {
                  return each;
                }
              }
              throw Option.mustBe("\"system\", \"user\", \"assistant\" or \"tool\"", value);
            });
    JsonValue content = members.required("content");
    try {
      return role == Role.TOOL && content instanceof JsonString(String text)
          ? ChatMessage.of(role, text)
          : ChatMessage.of(role, parts(content, "$.content"));
    } catch (IllegalArgumentException e) {
      throw new JsonException("$.content: " + e.getMessage(), e);
    }
  }

  static Tool tool(JsonObject json) {
    Members members = new Members(json, "$", Set.of("name", "description", "parameters"));
    String name = members.as("name", Option::readText);
    String description =
        members.has("description") ? members.as("description", Option::readText) : "";
    Optional<JsonObject> parameters =
        members.has("parameters")
            ? Optional.of(members.as("parameters", Option::readObject))
            : Optional.empty();
    try {
      return parameters.isPresent()
          ? Tool.of(name, description, parameters.get())
          : Tool.of(name, description);
    } catch (IllegalArgumentException e) {
      String wrong = Tool.isName(name) ? "parameters" : "name";
      throw new JsonException("$." + wrong + ": " + e.getMessage(), e);
    }
  }

  private static List<ContentPart> parts(JsonValue content, String path) {
    if (content instanceof JsonString(String text)) {
      return List.of(new ContentPart.Text(text));
    }
    if (!(content instanceof JsonArray(List<JsonValue> elements))) {
      throw new JsonException(
          path + ": " + Option.mustBe("a string or an array of parts", content).getMessage());
    }
    List<ContentPart> parts = new ArrayList<>();
    for (JsonValue element : elements) {
      parts.add(part(element, "%s[%s]".formatted(path, parts.size())));
    }
    return parts;
  }

  private static ContentPart part(JsonValue json, String path) {
    if (!(json instanceof JsonObject object)) {
      throw new JsonException(path + ": " + Option.mustBe("an object", json).getMessage());
    }
    String type = new Members(object, path, object.members().keySet()).as(TYPE, Option::readText);
    return switch (type) {
      case TEXT ->
          new ContentPart.Text(
              new Members(object, path, Set.of(TYPE, TEXT)).as(TEXT, Option::readText));
      case "reasoning" ->
          new ContentPart.Reasoning(
              new Members(object, path, Set.of(TYPE, TEXT)).as(TEXT, Option::readText));
      case "tool_call" -> {
        Members members = new Members(object, path, Set.of(TYPE, "id", "name", "arguments"));
        String name = members.as("name", Option::readText);
        JsonObject arguments = members.as("arguments", Option::readObject);
        yield new ContentPart.Call(
            members.has("id")
                ? ToolCall.of(members.as("id", Option::readText), name, arguments)
                : ToolCall.of(name, arguments));
      }
      case "tool_result" -> {
        Members members =
            new Members(object, path, Set.of(TYPE, "tool_call_id", "name", "content"));
        yield new ContentPart.Result(
            members.optionalText("tool_call_id"),
            members.optionalText("name"),
            parts(members.required("content"), path + ".content"));
      }
      default ->
          throw new JsonException(
              "%s.%s: must be \"text\", \"reasoning\", \"tool_call\" or \"tool_result\", found \"%s\""
                  .formatted(path, TYPE, type));
    };
  }

  /// An object whose members are asked for one by one.
  private record Members(JsonObject object, String path, Set<String> known) {
    Members {
      for (String name : object.members().keySet()) {
        if (!known.contains(name)) {
          throw new JsonException(
              "%s.%s: there is no such member; known are %s"
                  .formatted(path, name, String.join(", ", known.stream().sorted().toList())));
        }
      }
    }

    boolean has(String name) {
      return object.members().containsKey(name);
    }

    JsonValue required(String name) {
      return object
          .get(name)
          .orElseThrow(
              () -> new JsonException("%s.%s: must be there, found nothing".formatted(path, name)));
    }

    <T> T as(String name, java.util.function.Function<JsonValue, T> read) {
      try {
        return read.apply(required(name));
      } catch (IllegalArgumentException e) {
        throw new JsonException("%s.%s: %s".formatted(path, name, e.getMessage()), e);
      }
    }

    Optional<String> optionalText(String name) {
      return has(name) ? Optional.of(as(name, Option::readText)) : Optional.empty();
    }
  }
}
