package puna.agent;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;

/// The result of an agent's run: why it ended, the conversation, and a trace.
///
/// @param ending why it ended
/// @param messages the whole conversation: what the agent was given and what was added
/// @param trace every answer and every tool call, in order
public record AgentRun(Ending ending, List<ChatMessage> messages, List<AgentStep> trace) {
  /// Why the run ended. More reasons may be added, so a `switch` needs a `default`.
  public enum Ending {
    /// The model answered without asking for a tool.
    ANSWERED,
    /// An answer was cut off, by the token limit of the model's options or a full context: it is
    /// not whole, and none of its calls was made.
    CUT_OFF,
    /// The model thought, and ended without an answer.
    REASONING_ONLY,
    /// The model still called tools in the last answer that it may give.
    STEPS_USED_UP,
    /// The time of the run was over.
    TIME_USED_UP,
    /// The model generated as many tokens as it may.
    OUTPUT_USED_UP
  }

  public AgentRun {
    messages = List.copyOf(messages);
    trace = List.copyOf(trace);
  }

  /// The text of the model's last answer; the empty string if that was only a tool call. Reasoning
  /// and half a call are no part of it.
  public String answer() {
    return messages.reversed().stream()
        .filter(message -> message.role() == Role.ASSISTANT)
        .findFirst()
        .map(ChatMessage::text)
        .orElse("");
  }
}
