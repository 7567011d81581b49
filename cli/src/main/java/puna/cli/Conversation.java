package puna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.ChatMessage;

/// A chat so far: an optional system message, then user and assistant in turns.
final class Conversation {
  private Optional<String> system;
  private final List<ChatMessage> turns = new ArrayList<>();

  Conversation(Optional<String> system) {
    this.system = system;
  }

  /// The messages that ask for an answer to `question`.
  List<ChatMessage> asking(String question) {
    List<ChatMessage> messages = new ArrayList<>();
    system.map(ChatMessage::system).ifPresent(messages::add);
    messages.addAll(turns);
    messages.add(ChatMessage.user(question));
    return messages;
  }

  void add(String question, String answer) {
    turns.add(ChatMessage.user(question));
    turns.add(ChatMessage.assistant(answer));
  }

  /// Starts anew with another system message; none where `text` is empty.
  void restart(Optional<String> text) {
    system = text;
    turns.clear();
  }

  /// Forgets all turns and keeps the system message.
  void reset() {
    turns.clear();
  }

  Optional<String> system() {
    return system;
  }
}
