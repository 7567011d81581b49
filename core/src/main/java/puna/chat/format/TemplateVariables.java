package puna.chat.format;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.Tokenizer;

/// What templates read: the variables that the makers' own tooling gives them.
final class TemplateVariables {
  private static final DateTimeFormatter GMT =
      DateTimeFormatter.ofPattern("MMM dd uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final PromptRequest request;

  private TemplateVariables(PromptRequest request) {
    this.request = request;
  }

  static JsonObject of(PromptRequest request, Tokenizer tokenizer) {
    TemplateVariables conversation = new TemplateVariables(request);
    JsonObject.Builder variables =
        JsonObject.builder()
            .putNull("documents")
            .putAll(request.variables())
            .put("messages", request.messages().stream().map(conversation::message).toList())
            .put("tools", conversation.tools())
            .put("add_generation_prompt", request.opening() == PromptRequest.Opening.ASSISTANT);
    putToken(variables, "bos_token", tokenizer.bos(), tokenizer);
    putToken(variables, "eos_token", tokenizer.eos(), tokenizer);
    return variables.build();
  }

  /// The same with what firefunction and its kin read beside it: the tools as JSON text, and the
  /// time.
  static JsonObject withFunctions(JsonObject given, Clock clock) {
    JsonArray tools =
        given.get("tools").orElse(null) instanceof JsonArray array
            ? array
            : new JsonArray(List.of());
    List<JsonValue> functions =
        tools.elements().stream()
            .map(tool -> tool instanceof JsonObject o ? o.get("function").orElse(tool) : tool)
            .toList();
    return JsonObject.builder()
        .put("functions", PythonText.indentedJson(new JsonArray(functions)))
        .put("datetime", GMT.format(clock.instant()))
        .putAll(given.members())
        .build();
  }

  private static void putToken(
      JsonObject.Builder variables, String name, OptionalInt id, Tokenizer tokenizer) {
    variables.remove(name);
    id.ifPresent(token -> variables.put(name, tokenizer.piece(token)));
  }

  private static JsonArray bare(List<Tool> tools) {
    return new JsonArray(tools.stream().<JsonValue>map(Tool::toJson).toList());
  }

  private JsonValue tools() {
    if (request.tools().isEmpty()) {
      return JsonNull.NULL;
    }
    JsonArray bare = bare(request.tools());
    return has(ToolStyle.BARE_TOOLS)
        ? bare
        : new JsonArray(
            bare.elements().stream()
                .<JsonValue>map(tool -> function(JsonObject.builder(), (JsonObject) tool))
                .toList());
  }

  private boolean has(ToolStyle style) {
    return request.styles().contains(style);
  }

  private static JsonObject function(JsonObject.Builder outer, JsonObject function) {
    return outer.put("type", "function").put("function", function).build();
  }

  private JsonObject message(ChatMessage message) {
    JsonObject.Builder members =
        JsonObject.builder().put("role", ConversationRules.name(message.role()));
    content(message).ifPresent(content -> members.put("content", content));
    if (!message.toolCalls().isEmpty()) {
      members.put("tool_calls", message.toolCalls().stream().map(this::call).toList());
    }
    message.reasoning().ifPresent(text -> putText(members, "reasoning_content", text));
    message
        .toolResult()
        .ifPresent(result -> {
          result.callId().ifPresent(id -> putText(members, "tool_call_id", id));
          result.toolName().ifPresent(name -> putText(members, "name", name));
        });
    return members.build();
  }

  private Optional<JsonValue> content(ChatMessage message) {
    boolean onlyCalls = message.text().isEmpty() && !message.toolCalls().isEmpty();
    if (onlyCalls && has(ToolStyle.CONTENT_ABSENT)) {
      return Optional.empty();
    }
    return Optional.of(
        onlyCalls && has(ToolStyle.CONTENT_NULL) ? JsonNull.NULL : new JsonString(message.text()));
  }

  private JsonObject call(ToolCall call) {
    JsonObject.Builder outer = JsonObject.builder();
    call.id().ifPresent(id -> putText(outer, "id", id));
    JsonObject function =
        JsonObject.builder()
            .put("name", call.name())
            .put(
                "arguments",
                has(ToolStyle.ARGUMENTS_AS_TEXT)
                    ? new JsonString(PythonText.json(call.arguments()))
                    : call.arguments())
            .build();
    return has(ToolStyle.BARE_CALLS)
        ? outer.putAll(function.members()).build()
        : function(outer, function);
  }

  private static void putText(JsonObject.Builder members, String name, String text) {
    if (!text.isEmpty()) {
      members.put(name, text);
    }
  }
}
