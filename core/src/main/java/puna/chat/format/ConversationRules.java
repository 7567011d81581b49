package puna.chat.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.error.ChatTemplateException;

/// What a chat format demands of a conversation. Messages are counted from 1 in errors.
///
/// @param format the format's name, for errors
record ConversationRules(String format) {

  /// The messages of a request that asks for nothing else.
  List<ChatMessage> plainMessages(PromptRequest request) {
    List<ChatMessage> messages = request.messages();
    requireMessages(messages);
    if (!request.tools().isEmpty()) {
      throw new ChatTemplateException(
          format + ": tools need the model's own template, which this model's file lacks");
    }
    if (request.opening() != PromptRequest.Opening.ASSISTANT) {
      throw new ChatTemplateException(format + ": this format always opens the assistant's answer");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).toolCalls().isEmpty()) {
        throw violation(messages, i, "tool calls need the model's own template");
      }
    }
    return messages;
  }

  void requireMessages(List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      throw new ChatTemplateException(format + ": a conversation needs at least one message");
    }
  }

  /// Refuses every message of `role` from position `first` on.
  void refuseRole(List<ChatMessage> messages, Role role, int first, String reason) {
    for (int i = first; i < messages.size(); i++) {
      if (messages.get(i).role() == role) {
        throw violation(messages, i, reason);
      }
    }
  }

  /// Demands user, assistant, user … and a user at the end.
  ///
  /// @param first position of the first message that counts
  void requireAlternation(List<ChatMessage> messages, int first) {
    for (int i = first; i < messages.size(); i++) {
      Role expected = (i - first) % 2 == 0 ? Role.USER : Role.ASSISTANT;
      if (messages.get(i).role() != expected) {
        throw violation(
            messages,
            i,
            "user and assistant must take turns, so a message of the %s is required here"
                .formatted(name(expected)));
      }
    }
    if ((messages.size() - first) % 2 == 0) {
      throw new ChatTemplateException(
          format + ": the conversation must end with a message of the user");
    }
  }

  /// The messages without a mark of the format where marks are ordinary text: the model could not
  /// tell them from the real ones. Whoever writes a message can take them out; nobody can take them
  /// out of what a tool found, so there they are broken up.
  List<ChatMessage> withoutMarks(List<ChatMessage> messages, TextMarks marks) {
    List<ChatMessage> without = new ArrayList<>(messages);
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      Optional<String> mark = marks.in(message.text());
      if (mark.isPresent() && message.role() != Role.TOOL) {
        throw violation(
            messages,
            i,
            "the text holds %s, which this format uses as a mark; take it out"
                .formatted(mark.get()));
      }
      without.set(i, mark.isPresent() ? marks.brokenUp(message) : message);
    }
    return without;
  }

  /// Demands that a prompt still holds the last message: else the model would answer something that
  /// nobody asked.
  ///
  /// Templates trim, quote, re-case and replace what they print, and some take an assistant's
  /// thoughts out. So of what the user, a tool or the system said a quarter must be there, which a
  /// first character or an index by mistake is not; of what the assistant said anything, and its
  /// calls count for its words.
  ///
  /// @param held what came from the message, wherever in the prompt it stands
  void requireLast(List<ChatMessage> messages, String held) {
    ChatMessage last = messages.getLast();
    long said = visible(last.text());
    long found = visible(held);
    boolean mayBeCut = last.role() == Role.ASSISTANT;
    boolean saysNothing = said == 0 && last.toolCalls().isEmpty();
    if (saysNothing || (mayBeCut ? found > 0 : 4 * found >= said)) {
      return;
    }
    throw violation(
        messages,
        messages.size() - 1,
        "the chat template left the message out; the prompt holds %s of its %s characters"
            .formatted(found, said));
  }

  private static long visible(String text) {
    return text.codePoints().filter(c -> !PythonText.isSpace(c)).count();
  }

  ChatTemplateException violation(List<ChatMessage> messages, int index, String reason) {
    return new ChatTemplateException(
        "%s: message %s (%s): %s"
            .formatted(format, index + 1, name(messages.get(index).role()), reason));
  }

  static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
