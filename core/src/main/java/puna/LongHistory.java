package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;

/// Fits a conversation into the context by leaving whole pieces of its middle out: what comes first
/// (the instructions) and what comes last stay.
///
/// A piece begins with a user's message and goes up to the next one; within the last of them, with
/// the assistant's calls and their results. So templates see roles in the order that they expect,
/// and no result without its call.
///
/// As much is left out as brings the prompt below a step of a quarter of the context, not just
/// enough: then the following requests begin alike, and find their beginning in the cache.
final class LongHistory {
  private static final int STEPS = 4; // of a context

  private final List<ChatMessage> messages;
  private final int first; // message that may be left out
  private final List<Integer> ends = new ArrayList<>(); // of what may be left out, ascending
  private final int question; // the last message of a user
  private final List<Integer> rounds; // ends of the assistant's rounds behind it, but for the last

  LongHistory(List<ChatMessage> messages) {
    this.messages = messages;
    int head = 0;
    while (head < messages.size() && messages.get(head).role() == Role.SYSTEM) {
      head++;
    }
    first = head;
    int lastQuestion = head;
    for (int i = head + 1; i < messages.size(); i++) {
      if (messages.get(i).role() == Role.USER) {
        ends.add(i);
        lastQuestion = i;
      }
    }
    this.question = lastQuestion;
    this.rounds = rounds(lastQuestion);
  }

  private List<Integer> rounds(int from) {
    List<Integer> found = new ArrayList<>();
    for (int i = from + 2; i < messages.size(); i++) {
      if (messages.get(i).role() == Role.ASSISTANT && messages.get(i - 1).role() == Role.TOOL) {
        found.add(i);
      }
    }
    return found;
  }

  /// What is left of a conversation.
  ///
  /// @param dropped those that were left out, in order
  record Fitted(List<ChatMessage> kept, List<ChatMessage> dropped) {}

  /// The conversation, as much of it as fits. Where even the last question does not, the least that
  /// can be left of it.
  ///
  /// @param tokens of a prompt with these messages
  /// @param context that prompt and answer share
  /// @param room for the answer
  Fitted fit(Function<List<ChatMessage>, Integer> tokens, int context, int room) {
    int all = tokens.apply(messages);
    int over = all - (context - room);
    int count = ends.size() + rounds.size();
    if (over <= 0 || count == 0) {
      return new Fitted(messages, List.of());
    }
    int step = Math.max(1, context / STEPS);
    int wanted = Math.ceilDiv(over, step) * step;
    int enough = least(tokens, all - over, count);
    int generous = least(tokens, all - wanted, ends.size());
    boolean leavesAll = generous == ends.size() && enough < generous;
    return without(enough > ends.size() || leavesAll ? enough : Math.max(enough, generous));
  }

  /// The least number of pieces whose leaving brings the prompt to `most` tokens; all of them where
  /// nothing does.
  private int least(Function<List<ChatMessage>, Integer> tokens, int most, int pieces) {
    int low = 0; // leaves too much
    int high = pieces;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (tokens.apply(without(middle).kept) <= most) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /// Without the first `count` pieces.
  private Fitted without(int count) {
    List<ChatMessage> kept = new ArrayList<>(messages.subList(0, first));
    List<ChatMessage> dropped = new ArrayList<>();
    if (count <= ends.size()) {
      int end = count == 0 ? first : ends.get(count - 1);
      dropped.addAll(messages.subList(first, end));
      kept.addAll(messages.subList(end, messages.size()));
    } else {
      int end = rounds.get(count - ends.size() - 1);
      dropped.addAll(messages.subList(first, question));
      kept.add(messages.get(question));
      dropped.addAll(messages.subList(question + 1, end));
      kept.addAll(messages.subList(end, messages.size()));
    }
    return new Fitted(List.copyOf(kept), List.copyOf(dropped));
  }
}
