package puna.chat.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.PythonText;
import puna.chat.format.TextMarks;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Tools, calls and results as plain text, for templates that do not show them. Results are turns
/// of the user; where that makes two turns of one speaker they become one, since many formats want
/// the speakers to take turns.
///
/// @param format how calls are written
/// @param marks broken up in whatever a tool or a model wrote: nobody could take them out
record ToolPrompts(ToolFormat format, TextMarks marks) {
  private static final String RESPONSE = "<tool_response>";
  private static final String RESPONSE_END = "</tool_response>";
  private static final TextMarks RESPONSE_MARKS = new TextMarks(List.of(RESPONSE, RESPONSE_END));

  /// Everything as text.
  ///
  /// @param tools described in the system message, or else in the first of the user
  List<ChatMessage> asText(List<ChatMessage> messages, List<Tool> tools) {
    List<ChatMessage> plain =
        new ArrayList<>(
            ToolProbe.hasTools(messages) ? inTurns(withCalls(withResults(messages))) : messages);
    if (!tools.isEmpty()) {
      describe(plain, marks.brokenUp(description(tools)));
    }
    return List.copyOf(plain);
  }

  /// The calls as text, the results as they are.
  List<ChatMessage> callsAsText(List<ChatMessage> messages) {
    return inTurns(withCalls(messages));
  }

  /// The results as text, the calls as they are.
  List<ChatMessage> resultsAsText(List<ChatMessage> messages) {
    return inTurns(withResults(messages));
  }

  private List<ChatMessage> withCalls(List<ChatMessage> messages) {
    return messages.stream()
        .map(message -> message.toolCalls().isEmpty() ? message : withCalls(message))
        .toList();
  }

  private ChatMessage withCalls(ChatMessage message) {
    String calls =
        message.toolCalls().stream()
            .map(call -> marks.brokenUp(text(call)))
            .collect(Collectors.joining("\n"));
    return answer(message.reasoning().orElse(""), lines(message.text(), calls));
  }

  private String text(ToolCall call) {
    return switch (format) {
      case LLAMA_JSON, PYTHON_LIST -> object(call, "parameters");
      case FUNCTION_TAG ->
          "<function=%s>%s</function>".formatted(call.name(), PythonText.json(call.arguments()));
      default -> "<tool_call>\n%s\n</tool_call>".formatted(object(call, "arguments"));
    };
  }

  private static String object(ToolCall call, String arguments) {
    // as models write it, so that it is read once
    return PythonText.json(
        JsonObject.builder().put("name", call.name()).put(arguments, call.arguments()).build());
  }

  private static ChatMessage answer(String reasoning, String text) {
    List<ContentPart> parts = new ArrayList<>();
    if (!reasoning.isEmpty()) {
      parts.add(new ContentPart.Reasoning(reasoning));
    }
    parts.add(new ContentPart.Text(text));
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  /// Results in a row as one message of the user, in the order of their calls: nothing else says
  /// which is whose.
  private static List<ChatMessage> withResults(List<ChatMessage> messages) {
    List<ChatMessage> plain = new ArrayList<>();
    List<ToolCall> calls = List.of();
    int i = 0;
    while (i < messages.size()) {
      int end = CallTurns.endOfResults(messages, i);
      if (end == i) {
        calls = messages.get(i).toolCalls();
        plain.add(messages.get(i++));
        continue;
      }
      List<ChatMessage> results = messages.subList(i, end);
      List<ChatMessage> ordered = CallTurns.inOrder(calls, results);
      plain.add(ChatMessage.user(responses(ordered.isEmpty() ? results : ordered)));
      i = end;
    }
    return plain;
  }

  private static String responses(List<ChatMessage> results) {
    return results.stream()
        .map(result -> lines(RESPONSE, RESPONSE_MARKS.brokenUp(result.text()), RESPONSE_END))
        .collect(Collectors.joining("\n"));
  }

  /// Messages of one speaker in a row as one.
  private static List<ChatMessage> inTurns(List<ChatMessage> messages) {
    List<ChatMessage> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      boolean goesOn =
          !turns.isEmpty()
              && turns.getLast().role() == message.role()
              && (message.role() == Role.USER || message.role() == Role.ASSISTANT);
      turns.add(goesOn ? joined(turns.removeLast(), message) : message);
    }
    return List.copyOf(turns);
  }

  private static ChatMessage joined(ChatMessage first, ChatMessage second) {
    if (first.role() == Role.USER) {
      return ChatMessage.user(lines(first.text(), second.text()));
    }
    Function<ChatMessage, String> reasoning = message -> message.reasoning().orElse("");
    ChatMessage text =
        answer(
            lines(reasoning.apply(first), reasoning.apply(second)),
            lines(first.text(), second.text()));
    List<ContentPart> parts = new ArrayList<>(text.content());
    first.toolCalls().forEach(call -> parts.add(new ContentPart.Call(call)));
    second.toolCalls().forEach(call -> parts.add(new ContentPart.Call(call)));
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private static String lines(String... texts) {
    List<String> lines = new ArrayList<>(List.of(texts));
    lines.removeIf(String::isEmpty);
    return String.join("\n", lines);
  }

  private static void describe(List<ChatMessage> messages, String description) {
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

  private static String description(List<Tool> tools) {
    return """
    You can call these tools, one JSON object each:
    %s
    To call a tool, answer with nothing but its name and arguments:
    <tool_call>
    %s
    </tool_call>
    The result comes back between <tool_response> and </tool_response>; then answer in words.\
    """
        .formatted(
            tools.stream().map(tool -> Json.write(tool.toJson())).collect(Collectors.joining("\n")),
            example(tools.getFirst()));
  }

  /// A call of a real tool with its own arguments, whose values are no JSON: a small model copies
  /// whatever it is shown.
  private static String example(Tool tool) {
    JsonObject schema = tool.parameters();
    List<JsonValue> names = new ArrayList<>();
    if (schema.get("properties").orElse(null) instanceof JsonObject(var properties)) {
      properties.keySet().forEach(name -> names.add(new JsonString(name)));
    }
    if (schema.get("required").orElse(null) instanceof JsonArray(var required)
        && names.stream().anyMatch(required::contains)) {
      names.retainAll(required);
    }
    return names.stream()
        .map(name -> Json.write(name) + ": ...")
        .collect(
            Collectors.joining(
                ", ", "{\"name\": \"%s\", \"arguments\": {".formatted(tool.name()), "}}"));
  }
}
