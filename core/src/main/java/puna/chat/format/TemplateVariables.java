package puna.chat.format;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
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
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    variables.put("documents", JsonNull.NULL);
    variables.putAll(request.variables());
    TemplateVariables conversation = new TemplateVariables(request);
    variables.put(
        "messages", new JsonArray(request.messages().stream().map(conversation::message).toList()));
    variables.put("tools", conversation.tools());
    variables.put(
        "add_generation_prompt",
        JsonBoolean.of(request.opening() == PromptRequest.Opening.ASSISTANT));
    putToken(variables, "bos_token", tokenizer.bos(), tokenizer);
    putToken(variables, "eos_token", tokenizer.eos(), tokenizer);
    return new JsonObject(variables);
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
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    variables.put("functions", new JsonString(PythonText.indentedJson(new JsonArray(functions))));
    variables.put("datetime", new JsonString(GMT.format(clock.instant())));
    variables.putAll(given.members());
    return new JsonObject(variables);
  }

  private static void putToken(
      Map<String, JsonValue> variables, String name, OptionalInt id, Tokenizer tokenizer) {
    variables.remove(name);
    id.ifPresent(token -> variables.put(name, new JsonString(tokenizer.piece(token))));
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
                .map(tool -> function(new LinkedHashMap<>(), (JsonObject) tool))
                .toList());
  }

  private boolean has(ToolStyle style) {
    return request.styles().contains(style);
  }

  private static JsonValue function(Map<String, JsonValue> outer, JsonObject function) {
    outer.put("type", new JsonString("function"));
    outer.put("function", function);
    return new JsonObject(outer);
  }

  private JsonValue message(ChatMessage message) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("role", new JsonString(ConversationRules.name(message.role())));
    content(message).ifPresent(content -> members.put("content", content));
    if (!message.toolCalls().isEmpty()) {
      members.put(
          "tool_calls", new JsonArray(message.toolCalls().stream().map(this::call).toList()));
    }
    message.reasoning().ifPresent(text -> putText(members, "reasoning_content", text));
    message
        .toolResult()
        .ifPresent(result -> {
          result.callId().ifPresent(id -> putText(members, "tool_call_id", id));
          result.toolName().ifPresent(name -> putText(members, "name", name));
        });
    return new JsonObject(members);
  }

  private Optional<JsonValue> content(ChatMessage message) {
    boolean onlyCalls = message.text().isEmpty() && !message.toolCalls().isEmpty();
    if (onlyCalls && has(ToolStyle.CONTENT_ABSENT)) {
      return Optional.empty();
    }
    return Optional.of(
        onlyCalls && has(ToolStyle.CONTENT_NULL) ? JsonNull.NULL : new JsonString(message.text()));
  }

  private JsonValue call(ToolCall call) {
    Map<String, JsonValue> outer = new LinkedHashMap<>();
    call.id().ifPresent(id -> putText(outer, "id", id));
    Map<String, JsonValue> function = new LinkedHashMap<>();
    function.put("name", new JsonString(call.name()));
    function.put(
        "arguments",
        has(ToolStyle.ARGUMENTS_AS_TEXT)
            ? new JsonString(PythonText.json(call.arguments()))
            : call.arguments());
    if (has(ToolStyle.BARE_CALLS)) {
      outer.putAll(function);
      return new JsonObject(outer);
    }
    return function(outer, new JsonObject(function));
  }

  private static void putText(Map<String, JsonValue> members, String name, String text) {
    if (!text.isEmpty()) {
      members.put(name, new JsonString(text));
    }
  }
}
