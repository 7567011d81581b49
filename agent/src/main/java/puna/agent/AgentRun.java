package puna.agent;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;

/// What came of a run, and how.
///
/// @param messages the whole conversation: what the agent was given and what was added
/// @param trace everything that happened, in order
public record AgentRun(Ending ending, List<ChatMessage> messages, List<AgentStep> trace) {
  /// Why the run ended.
  public enum Ending {
    /// The model answered without asking for a tool.
    ANSWERED,
    /// The model asked for tools to the last step.
    STEPS_USED_UP,
    TIME_USED_UP,
    /// The model has generated as many tokens as it may.
    OUTPUT_USED_UP
  }

  public AgentRun {
    messages = List.copyOf(messages);
    trace = List.copyOf(trace);
  }

  /// The text of the last answer of the model; empty where that is a call.
  public String answer() {
    return messages.reversed().stream()
        .filter(message -> message.role() == Role.ASSISTANT)
        .findFirst()
        .map(ChatMessage::text)
        .orElse("");
  }
}
