package puna.grammar.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.Rules;

/// How many states rules take, and so which are laid out where they are used and which are called.
///
/// Loops such as the inside of a string are called: all places that use them then share the masks
/// of their states.
final class RuleSizes {
  private static final int LARGEST_INLINED = 64;
  private static final int LARGEST_LOOP_INLINED = 16;
  private static final int LARGEST_COMPARED = 256;
  private static final int DEEPEST = 8;

  private final Map<String, Rule> rules;
  private final Set<String> inlined = new HashSet<>();
  private final Map<Rule, Integer> occurrences = new HashMap<>();

  RuleSizes(Grammar grammar) {
    this.rules = grammar.rules();
    rules.values().forEach(this::countLoops);
    findInlined();
  }

  private void countLoops(Rule rule) {
    Deque<Rule> left = new ArrayDeque<>(List.of(rule));
    while (!left.isEmpty()) {
      Rule next = left.pop();
      if (hasLoopAmongParts(next)
          && !Rules.hasMarks(next) // which belong to the rule that they are in
          && Rules.size(next, LARGEST_COMPARED) < LARGEST_COMPARED) {
        occurrences.merge(next, 1, Integer::sum);
      }
      for (Rule inner : Rules.inner(next)) {
        if (Rules.hasLoop(inner)) {
          left.push(inner);
        }
      }
    }
  }

  private static boolean hasLoopAmongParts(Rule rule) {
    if (rule instanceof Sequence(List<Rule> parts)) {
      for (Rule part : parts) {
        if (part instanceof Repeat repeat && repeat.maximum() == Repeat.UNBOUNDED) {
          return true;
        }
      }
    }
    return false;
  }

  /// True for a sequence with a loop that occurs more than once.
  boolean isRepeated(Rule sequence) {
    return hasLoopAmongParts(sequence) && occurrences.getOrDefault(sequence, 0) > 1;
  }

  /// True where a rule is small and refers to rules of that kind only, not many deep.
  boolean isInlined(String name) {
    return inlined.contains(name);
  }

  private void findInlined() {
    List<Small> left = small();
    for (int depth = 0; depth < DEEPEST; depth++) {
      Set<String> found = new HashSet<>();
      left.removeIf(small -> {
        boolean isInlined =
            inlined.containsAll(small.references)
                && size(small.rule, small.limit + 1L) <= small.limit;
        if (isInlined) {
          found.add(small.name);
        }
        return isInlined;
      });
      if (found.isEmpty()) {
        return;
      }
      inlined.addAll(found);
    }
  }

  private List<Small> small() {
    List<Small> small = new ArrayList<>();
    rules.forEach((name, rule) -> {
      if (Rules.size(rule, LARGEST_COMPARED) < LARGEST_COMPARED && !Rules.hasMarks(rule)) {
        int limit = Rules.hasLoop(rule) ? LARGEST_LOOP_INLINED : LARGEST_INLINED;
        small.add(new Small(name, rule, Rules.references(rule), limit));
      }
    });
    return small;
  }

  /// A rule that may be laid out where it is used, if it takes at most so many states.
  private record Small(String name, Rule rule, Set<String> references, int limit) {}

  /// The states of a rule that is laid out, counted up to about `limit`.
  long size(Rule rule, long limit) {
    return switch (rule) {
      case Literal(String text) -> text.length();
      case Rule.Spelled(String text) -> 2L * text.length();
      case CharacterSet(List<Integer> ranges) ->
          ranges.isEmpty() || ranges.getLast() < 0x80 ? 1 : ranges.size() + 6L;
      case Token _, Marks _, Rule.Asked _ -> 1;
      case Reference(String name) ->
          isInlined(name) ? size(rules.getOrDefault(name, rule), limit) : 1;
      case Repeat repeat -> {
        long rounds = Math.max(1, Math.max(repeat.minimum(), repeat.maximum()));
        yield 1 + rounds * (1 + size(repeat.body(), limit / rounds + 1));
      }
      case Sequence _, Choice _ -> {
        long size = 1;
        for (Rule inner : Rules.inner(rule)) {
          if (size <= limit) {
            size += size(inner, limit - size);
          }
        }
        yield size;
      }
    };
  }
}
