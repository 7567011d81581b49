package puna.agent;

import java.time.Duration;
import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ToolUse;

/// A model that answers with text or tool calls.
@FunctionalInterface
public interface AgentModel {
  /// The next message of the assistant.
  Reply reply(List<ChatMessage> messages, ToolUse tools, Budget budget);

  /// What one answer may take.
  ///
  /// @param tokens at most; an answer that reaches them is complete as it is
  /// @param time after which the answer is ended as it is
  record Budget(int tokens, Duration time) {}

  /// One answer.
  ///
  /// @param message of the assistant
  /// @param tokens that it took
  record Reply(ChatMessage message, int tokens) {}
}
