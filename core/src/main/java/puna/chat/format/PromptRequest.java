package puna.chat.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.json.JsonValue;

/// Everything that a prompt is made of.
///
/// @param tools what the model may call; empty for none
/// @param variables what else the model's template reads, such as `enable_thinking` or
///   `date_string`; templates ignore those that they do not know
/// @param opening what the prompt ends with
/// @param styles how the template reads tools and calls; empty for the usual way
@SuppressWarnings("exports") // JSON values are at hand only inside the project
public record PromptRequest(
    List<ChatMessage> messages,
    List<Tool> tools,
    Map<String, JsonValue> variables,
    Opening opening,
    Set<ToolStyle> styles) {

  /// What a prompt ends with.
  public enum Opening {
    /// The header of the assistant's answer, ready for the model to go on.
    ASSISTANT,
    /// The last message.
    NONE
  }

  public PromptRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    variables = Map.copyOf(variables);
    styles = Set.copyOf(styles);
  }

  /// Tools and calls in the usual way.
  public PromptRequest(
      List<ChatMessage> messages,
      List<Tool> tools,
      Map<String, JsonValue> variables,
      Opening opening) {
    this(messages, tools, variables, opening, Set.of());
  }

  /// A conversation without tools that waits for the assistant.
  public static PromptRequest of(List<ChatMessage> messages) {
    return new PromptRequest(messages, List.of(), Map.of(), Opening.ASSISTANT);
  }

  public PromptRequest withTools(List<Tool> offered) {
    return new PromptRequest(messages, offered, variables, opening, styles);
  }

  /// The same with one more variable for the template.
  public PromptRequest with(String variable, JsonValue value) {
    Map<String, JsonValue> all = new LinkedHashMap<>(variables);
    all.put(variable, value);
    return new PromptRequest(messages, tools, all, opening, styles);
  }

  public PromptRequest withOpening(Opening wanted) {
    return new PromptRequest(messages, tools, variables, wanted, styles);
  }

  /// The same with other messages.
  public PromptRequest withMessages(List<ChatMessage> others) {
    return new PromptRequest(others, tools, variables, opening, styles);
  }

  public PromptRequest withStyles(Set<ToolStyle> wanted) {
    return new PromptRequest(messages, tools, variables, opening, wanted);
  }
}
