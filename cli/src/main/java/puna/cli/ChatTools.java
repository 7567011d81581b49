package puna.cli;

import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.chat.ChatMessage;
import puna.chat.ToolChoice;

/// Tools that run during a chat.
interface ChatTools extends AutoCloseable {
  /// The model's side: prints the answer as it comes.
  @FunctionalInterface
  interface Voice {
    /// The answer, which has ended.
    ChatAnswer say(List<ChatMessage> messages, ChatOptions options);
  }

  /// A speaker who may call them.
  ChatSession.Speaker speaker(Voice voice, TerminalChat.StopButton stop);

  @Override
  void close();

  /// No tools that run: what the options have, the user answers for.
  static ChatTools none(ChatOptions options) {
    return new ChatTools() {
      @Override
      public ChatSession.Speaker speaker(Voice voice, TerminalChat.StopButton stop) {
        return messages -> voice.say(messages, forAnswerTo(messages, options)).message();
      }

      @Override
      public void close() {}
    };
  }

  /// A call is required of the answer to a user, not of the answer to a tool's result: that would
  /// go on for ever.
  private static ChatOptions forAnswerTo(List<ChatMessage> messages, ChatOptions options) {
    boolean answersResult =
        !messages.isEmpty() && messages.getLast().role() == ChatMessage.Role.TOOL;
    return answersResult && !options.toolChoice().equals(Optional.of(ToolChoice.none()))
        ? options.withToolChoice(ToolChoice.auto())
        : options;
  }
}
