package puna.agent;

import java.time.Duration;
import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// A model as an agent sees it: it answers with text or tool calls. [LlamaModel] is the one that
/// runs in this process.
@FunctionalInterface
public interface AgentModel {
  /// Generates the next message of the assistant. Blocks until it is complete.
  Reply reply(List<ChatMessage> messages, Offer offer, Budget budget);

  /// The tools that an answer may call.
  ///
  /// @param tools that the model is told about
  /// @param choice whether it may, must or must not call one
  record Offer(List<Tool> tools, ToolChoice choice) {
    public Offer {
      tools = List.copyOf(tools);
    }
  }

  /// The limits of one answer.
  ///
  /// @param tokens the most that it may have; it is cut off there, which is no error
  /// @param time after which it is cut off, which is no error either
  record Budget(int tokens, Duration time) {}

  /// One answer.
  ///
  /// @param message the assistant's
  /// @param tokens that were generated for it
  record Reply(ChatMessage message, int tokens) {}
}
