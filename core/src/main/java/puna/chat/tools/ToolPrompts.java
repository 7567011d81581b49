package puna.chat.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Conversations with tools for templates that cannot show them all.
public final class ToolPrompts {
  private ToolPrompts() {}

  /// Tools, calls and results as plain text, for templates that know of no tools. The calls are in
  /// [ToolFormat#HERMES].
  public static List<ChatMessage> asText(List<ChatMessage> messages, List<Tool> tools) {
    List<ChatMessage> plain = new ArrayList<>();
    for (ChatMessage message : messages) {
      switch (message.role()) {
        case SYSTEM, USER -> plain.add(message);
        case ASSISTANT -> plain.add(ChatMessage.assistant(text(message)));
        case TOOL -> addResult(plain, message);
      }
    }
    if (!tools.isEmpty()) {
      describe(plain, tools);
    }
    return List.copyOf(plain);
  }

  /// Each message with several calls as one message a call, followed by its result, for templates
  /// that allow one call a message.
  public static List<ChatMessage> oneCallEach(List<ChatMessage> messages) {
    List<ChatMessage> single = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      List<ToolCall> calls = message.toolCalls();
      int results = 0;
      while (i + results + 1 < messages.size()
          && messages.get(i + results + 1).role() == Role.TOOL) {
        results++;
      }
      // Without a result for each call it cannot be told where they belong.
      if (calls.size() < 2 || results != calls.size()) {
        single.add(message);
        continue;
      }
      for (int call = 0; call < calls.size(); call++) {
        single.add(withCall(message, calls, call));
        single.add(result(messages.subList(i + 1, i + 1 + results), calls.get(call), call));
      }
      i += results;
    }
    return List.copyOf(single);
  }

  /// The message with that call alone; what it says beside its calls stands before the first.
  private static ChatMessage withCall(ChatMessage message, List<ToolCall> calls, int number) {
    List<ContentPart> parts = new ArrayList<>();
    if (number == 0) {
      parts.addAll(message.content());
      parts.removeIf(ContentPart.Call.class::isInstance);
    }
    parts.add(new ContentPart.Call(calls.get(number)));
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private static ChatMessage result(List<ChatMessage> results, ToolCall call, int number) {
    return results.stream()
        .filter(result ->
            call.id().isPresent()
                && result.toolResult().flatMap(ContentPart.Result::callId).equals(call.id()))
        .findFirst()
        .orElse(results.get(number));
  }

  private static String text(ChatMessage assistant) {
    String calls =
        assistant.toolCalls().stream()
            .map(call -> "<tool_call>\n%s\n</tool_call>".formatted(object(call)))
            .collect(Collectors.joining("\n"));
    boolean both = !assistant.text().isEmpty() && !calls.isEmpty();
    return assistant.text() + (both ? "\n" : "") + calls;
  }

  private static String object(ToolCall call) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("name", new JsonString(call.name()));
    members.put("arguments", call.arguments());
    return Json.write(new JsonObject(members));
  }

  /// Results in a row become one message of the user: many formats want the roles to take turns.
  private static void addResult(List<ChatMessage> plain, ChatMessage result) {
    String tool = result.toolResult().flatMap(ContentPart.Result::toolName).orElse("the tool");
    String text = "The result of %s:\n%s".formatted(tool, result.text());
    if (!plain.isEmpty() && plain.getLast().role() == Role.USER) {
      plain.add(ChatMessage.user(plain.removeLast().text() + "\n" + text));
    } else {
      plain.add(ChatMessage.user(text));
    }
  }

  private static void describe(List<ChatMessage> messages, List<Tool> tools) {
    String description =
        """
        You can call these tools, one JSON object each:
        %s
        To call a tool, answer with nothing but its name and arguments:
        <tool_call>
        {"name": "the tool", "arguments": {"an argument": "its value"}}
        </tool_call>
        The result comes back between <tool_response> and </tool_response>; then answer in words.\
        """
            .formatted(tools.stream().map(ToolPrompts::line).collect(Collectors.joining("\n")));
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      if (message.role() == Role.SYSTEM) {
        messages.set(i, ChatMessage.system(message.text() + "\n\n" + description));
        return;
      }
      if (message.role() == Role.USER) {
        messages.set(i, ChatMessage.user(description + "\n\n" + message.text()));
        return;
      }
    }
    messages.addFirst(ChatMessage.system(description));
  }

  private static String line(Tool tool) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("name", new JsonString(tool.name()));
    members.put("description", new JsonString(tool.description()));
    members.put("parameters", tool.parameters());
    return Json.write(new JsonObject(members));
  }
}
