package puna.agent;

import java.time.Duration;
import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// A model that answers with text or tool calls.
@FunctionalInterface
public interface AgentModel {
  /// The next message of the assistant.
  Reply reply(List<ChatMessage> messages, Offer offer, Budget budget);

  /// What an answer may call.
  ///
  /// @param tools that the model is shown
  /// @param choice whether it may, must or must not call one
  record Offer(List<Tool> tools, ToolChoice choice) {
    public Offer {
      tools = List.copyOf(tools);
    }
  }

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
