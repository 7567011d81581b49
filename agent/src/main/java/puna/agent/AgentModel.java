package puna.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.FinishReason;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
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
  /// @param finishReason why it ended
  /// @param cutCall what was written of a tool call when the answer was cut off; it ends the
  ///   message's text
  record Reply(
      ChatMessage message, int tokens, FinishReason finishReason, Optional<String> cutCall) {
    public Reply {
      requireNonNull(message, "message");
      requireNonNull(finishReason, "finishReason");
      requireNonNull(cutCall, "cutCall");
    }

    /// A complete answer.
    public Reply(ChatMessage message, int tokens) {
      this(message, tokens, FinishReason.STOP, Optional.empty());
    }

    /// The message without half a call: that is no answer, nor anything to show the model again.
    public ChatMessage withoutCutCall() {
      if (cutCall.isEmpty()) {
        return message;
      }
      List<ContentPart> parts = new ArrayList<>(message.content());
      if (!parts.isEmpty()
          && parts.getLast() instanceof ContentPart.Text(String text)
          && text.endsWith(cutCall.get())) {
        parts.removeLast();
        parts.add(
            new ContentPart.Text(
                text.substring(0, text.length() - cutCall.get().length()).stripTrailing()));
      }
      return ChatMessage.of(ChatMessage.Role.ASSISTANT, parts);
    }
  }
}
