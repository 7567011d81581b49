package puna;

import java.util.List;
import java.util.Locale;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;

/// What of a conversation is answered, and what the answer begins with.
///
/// @param asked the messages in front of the answer
/// @param text that the assistant has said already; empty where the answer begins anew
record AnswerBeginning(List<ChatMessage> asked, String text) {

  /// All is answered.
  static AnswerBeginning none(List<ChatMessage> messages) {
    return new AnswerBeginning(messages, "");
  }

  /// The last message is the beginning.
  ///
  /// @throws IllegalArgumentException when it cannot be
  static AnswerBeginning ofLast(List<ChatMessage> messages) {
    ChatMessage last = messages.getLast();
    if (last.role() != Role.ASSISTANT || !last.toolCalls().isEmpty()) {
      throw new IllegalArgumentException(
          "a message to be continued must be the assistant's, without tool calls, found one of the %s%s"
              .formatted(
                  last.role().name().toLowerCase(Locale.ROOT),
                  last.toolCalls().isEmpty() ? "" : " with calls"));
    }
    if (messages.size() == 1) {
      throw new IllegalArgumentException(
          "a message to be continued must follow another one, found it alone");
    }
    return new AnswerBeginning(messages.subList(0, messages.size() - 1), last.text());
  }
}
