package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// One message of a conversation.
///
/// @param content the text; it can never turn into special tokens
/// @param toolCalls what an assistant's message asks for; else empty
/// @param toolCallId the id of the call that a tool's message answers; empty where unknown
/// @param toolName the name of the tool that a tool's message comes from; empty where unknown
public record ChatMessage(
    Role role, String content, List<ToolCall> toolCalls, String toolCallId, String toolName) {

  /// Who speaks.
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
  }

  /// @throws IllegalArgumentException for tool calls that are not the assistant's, and for a
  ///   result's id or name in a message that is not a tool's
  public ChatMessage {
    requireNonNull(role, "role");
    requireNonNull(content, "content");
    requireNonNull(toolCallId, "toolCallId");
    requireNonNull(toolName, "toolName");
    toolCalls = List.copyOf(toolCalls);
    if (role != Role.ASSISTANT && !toolCalls.isEmpty()) {
      throw new IllegalArgumentException(
          "only the assistant calls tools, found calls in a message of role " + role);
    }
    if (role != Role.TOOL && !(toolCallId.isEmpty() && toolName.isEmpty())) {
      throw new IllegalArgumentException(
          "only a tool's message answers a call, found its id or name in a message of role "
              + role);
    }
  }

  /// A message of text alone.
  public ChatMessage(Role role, String content) {
    this(role, content, List.of(), "", "");
  }

  public static ChatMessage system(String content) {
    return new ChatMessage(Role.SYSTEM, content);
  }

  public static ChatMessage user(String content) {
    return new ChatMessage(Role.USER, content);
  }

  public static ChatMessage assistant(String content) {
    return new ChatMessage(Role.ASSISTANT, content);
  }

  /// An assistant's message that asks for tools, with the text beside the calls.
  public static ChatMessage assistant(String content, List<ToolCall> toolCalls) {
    return new ChatMessage(Role.ASSISTANT, content, toolCalls, "", "");
  }

  /// What a tool answered to `call`.
  public static ChatMessage toolResult(ToolCall call, String content) {
    return new ChatMessage(Role.TOOL, content, List.of(), call.id(), call.name());
  }
}
