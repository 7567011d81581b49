package puna.chat.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private TemplateVariables() {}

  static JsonObject of(PromptRequest request, Tokenizer tokenizer) {
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    variables.put("documents", JsonNull.NULL);
    variables.putAll(request.variables());
    variables.put(
        "messages",
        new JsonArray(request.messages().stream().map(TemplateVariables::message).toList()));
    variables.put("tools", tools(request.tools()));
    variables.put(
        "add_generation_prompt",
        JsonBoolean.of(request.opening() == PromptRequest.Opening.ASSISTANT));
    putToken(variables, "bos_token", tokenizer.bos(), tokenizer);
    putToken(variables, "eos_token", tokenizer.eos(), tokenizer);
    return new JsonObject(variables);
  }

  private static void putToken(
      Map<String, JsonValue> variables, String name, OptionalInt id, Tokenizer tokenizer) {
    variables.remove(name);
    id.ifPresent(token -> variables.put(name, new JsonString(tokenizer.piece(token))));
  }

  private static JsonValue tools(List<Tool> tools) {
    if (tools.isEmpty()) {
      return JsonNull.NULL;
    }
    List<JsonValue> described = new ArrayList<>();
    for (Tool tool : tools) {
      Map<String, JsonValue> function = new LinkedHashMap<>();
      function.put("name", new JsonString(tool.name()));
      function.put("description", new JsonString(tool.description()));
      function.put("parameters", tool.parameters());
      described.add(function(new LinkedHashMap<>(), function));
    }
    return new JsonArray(described);
  }

  private static JsonValue function(Map<String, JsonValue> outer, Map<String, JsonValue> function) {
    outer.put("type", new JsonString("function"));
    outer.put("function", new JsonObject(function));
    return new JsonObject(outer);
  }

  private static JsonValue message(ChatMessage message) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("role", new JsonString(ConversationRules.name(message.role())));
    members.put("content", new JsonString(message.text()));
    if (!message.toolCalls().isEmpty()) {
      members.put(
          "tool_calls",
          new JsonArray(message.toolCalls().stream().map(TemplateVariables::call).toList()));
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

  private static JsonValue call(ToolCall call) {
    Map<String, JsonValue> outer = new LinkedHashMap<>();
    call.id().ifPresent(id -> putText(outer, "id", id));
    Map<String, JsonValue> function = new LinkedHashMap<>();
    function.put("name", new JsonString(call.name()));
    function.put("arguments", call.arguments());
    return function(outer, function);
  }

  private static void putText(Map<String, JsonValue> members, String name, String text) {
    if (!text.isEmpty()) {
      members.put(name, new JsonString(text));
    }
  }
}
