package puna.server.openai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The messages of a chat request.
final class MessageFields {
  private final Map<String, String> toolNames = new HashMap<>(); // by the ids of their calls

  private MessageFields() {}

  static List<ChatMessage> read(Fields request) {
    if (!request.has("messages")) {
      throw Failure.missing("messages", "an array of messages is needed");
    }
    List<Fields> all = request.objects("messages");
    if (all.isEmpty()) {
      throw Failure.invalid("messages", "messages: there must be at least one, found none");
    }
    MessageFields reader = new MessageFields();
    return all.stream().map(reader::message).toList();
  }

  private ChatMessage message(Fields fields) {
    String role = fields.requiredText("role");
    return switch (role) {
      case "system", "developer" -> ChatMessage.of(Role.SYSTEM, parts(fields, "content"));
      case "user" -> ChatMessage.of(Role.USER, required(fields, parts(fields, "content")));
      case "assistant" -> assistant(fields);
      case "tool" -> result(fields, fields.text("tool_call_id"), Optional.empty());
      case "function" -> result(fields, Optional.empty(), fields.text("name"));
      default ->
          throw Failure.invalid(
              fields.path("role"),
              "%s: must be system, developer, user, assistant or tool, found %s"
                  .formatted(fields.path("role"), role));
    };
  }

  private static List<ContentPart> required(Fields fields, List<ContentPart> parts) {
    if (!fields.has("content")) {
      throw Failure.missing(fields.path("content"), "a string or an array of parts is needed");
    }
    return parts;
  }

  private ChatMessage assistant(Fields fields) {
    List<ContentPart> parts = new ArrayList<>();
    fields
        .text("reasoning_content")
        .or(() -> fields.text("reasoning"))
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> parts.add(new ContentPart.Reasoning(text)));
    parts.addAll(parts(fields, "content"));
    for (Fields call : fields.objects("tool_calls")) {
      parts.add(new ContentPart.Call(call(call)));
    }
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private ToolCall call(Fields call) {
    Fields function =
        call.object("function")
            .orElseThrow(
                () -> Failure.missing(call.path("function"), "the called function is needed"));
    String name = function.requiredText("name");
    JsonObject arguments = arguments(function);
    Optional<String> id = call.text("id");
    id.ifPresent(known -> toolNames.put(known, name));
    return id.isPresent() ? ToolCall.of(id.get(), name, arguments) : ToolCall.of(name, arguments);
  }

  /// A call's arguments are JSON text here; some clients send the object itself.
  static JsonObject arguments(Fields function) {
    JsonValue value = function.value("arguments").orElse(new JsonString(""));
    if (value instanceof JsonString(String text)) {
      try {
        value = text.isBlank() ? JsonObject.builder().build() : Json.parse(text, "arguments");
      } catch (JsonException e) {
        throw Failure.invalid(function.path("arguments"), String.valueOf(e.getMessage()));
      }
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw Failure.invalid(
        function.path("arguments"),
        "%s: must be a JSON object, found %s"
            .formatted(function.path("arguments"), Fields.kind(value)));
  }

  private ChatMessage result(Fields fields, Optional<String> callId, Optional<String> name) {
    Optional<String> tool = name.or(() -> callId.map(toolNames::get));
    return ChatMessage.of(
        Role.TOOL, List.of(new ContentPart.Result(callId, tool, parts(fields, "content"))));
  }

  /// Content as a string or as parts; none when absent.
  static List<ContentPart> parts(Fields fields, String name) {
    Optional<JsonValue> content = fields.value(name);
    if (content.isEmpty()) {
      return List.of();
    }
    return switch (content.get()) {
      case JsonString(String text) -> List.of(new ContentPart.Text(text));
      case JsonArray _ -> fields.objects(name).stream().map(MessageFields::part).toList();
      default ->
          throw Failure.wrongType(
              fields.path(name), "a string or an array of parts", Fields.kind(content.get()));
    };
  }

  private static ContentPart part(Fields part) {
    String type = part.requiredText("type");
    return switch (type) {
      case "text", "input_text", "output_text" -> new ContentPart.Text(part.requiredText("text"));
      case "refusal" -> new ContentPart.Text(part.requiredText("refusal"));
      default ->
          throw Failure.unsupported(
              part.path("type"),
              "%s: this server reads text alone, found %s".formatted(part.path("type"), type));
    };
  }
}
