package puna.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ToolChoice;

/// A model that answers what it was told, and remembers what it was asked.
final class ScriptedModel implements AgentModel {
  static final int TOKENS = 7; // of each answer

  private final Deque<ChatMessage> answers;
  private final List<List<ChatMessage>> asked = new ArrayList<>();
  private final List<ToolChoice> choices = new ArrayList<>();
  private final List<Integer> budgets = new ArrayList<>();

  ScriptedModel(ChatMessage... answers) {
    this.answers = new ArrayDeque<>(List.of(answers));
  }

  List<List<ChatMessage>> asked() {
    return asked;
  }

  List<ToolChoice> choices() {
    return choices;
  }

  List<Integer> budgets() {
    return budgets;
  }

  @Override
  public Reply reply(List<ChatMessage> messages, Offer offer, Budget budget) {
    asked.add(messages);
    choices.add(offer.choice());
    budgets.add(budget.tokens());
    return new Reply(answers.removeFirst(), TOKENS);
  }
}
