package puna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;

/// A chat so far: an optional system message, then user and assistant in turns, and the results of
/// the tools that the assistant calls.
final class Conversation {
  private Optional<String> system;
  private final List<ChatMessage> turns = new ArrayList<>();

  Conversation(Optional<String> system) {
    this.system = system;
  }

  /// One that has begun already.
  static Conversation of(List<ChatMessage> messages) {
    boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
    Conversation conversation =
        new Conversation(hasSystem ? Optional.of(messages.getFirst().text()) : Optional.empty());
    conversation.turns.addAll(messages.subList(hasSystem ? 1 : 0, messages.size()));
    return conversation;
  }

  /// Whether anything was said.
  boolean hasTurns() {
    return !turns.isEmpty();
  }

  /// All messages.
  List<ChatMessage> messages() {
    List<ChatMessage> messages = new ArrayList<>();
    system.map(ChatMessage::system).ifPresent(messages::add);
    messages.addAll(turns);
    return messages;
  }

  void add(ChatMessage message) {
    turns.add(message);
  }

  /// Forgets the last message, which could not be answered.
  void takeBack() {
    turns.removeLast();
  }

  /// The first call of the assistant's last message that has no result yet.
  Optional<ToolCall> pendingCall() {
    int asked = turns.size() - 1;
    while (asked >= 0 && turns.get(asked).role() == Role.TOOL) {
      asked--;
    }
    if (asked < 0) {
      return Optional.empty();
    }
    List<ToolCall> pending = new ArrayList<>(turns.get(asked).toolCalls());
    for (ChatMessage result : turns.subList(asked + 1, turns.size())) {
      Optional<String> id = result.toolResult().flatMap(ContentPart.Result::callId);
      // results of calls without an id come in the calls' order
      pending.stream().filter(call -> call.id().equals(id)).findFirst().ifPresent(pending::remove);
    }
    return pending.stream().findFirst();
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
