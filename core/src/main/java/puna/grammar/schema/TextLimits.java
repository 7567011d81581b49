package puna.grammar.schema;

import puna.error.GrammarException;
import puna.grammar.RegexParser;

/// Bounds of strings and numbers that a schema lets run on.
final class TextLimits {
  private static final int MOST_LISTED = 64;

  private final SchemaOptions.Limits limits;

  TextLimits(SchemaOptions.Limits limits) {
    this.limits = limits;
  }

  boolean boundDigits() {
    return limits.integerDigits() != SchemaOptions.Limits.NONE
        || limits.fractionDigits() != SchemaOptions.Limits.NONE;
  }

  /// Strings that are finite already stay as long as they are.
  Dfa strings(Dfa texts) {
    if (limits.characters() == SchemaOptions.Limits.NONE || texts.isEmpty() || isFinite(texts)) {
      return texts;
    }
    Dfa bounded = texts.and(Dfa.length(0, limits.characters()));
    if (bounded.isEmpty()) {
      throw new GrammarException(
          "strings need %s characters, more than the %s that they may have"
              .formatted(texts.shortest().length(), limits.characters()));
    }
    return bounded;
  }

  /// Numbers that a schema lists are spelled as it does.
  Dfa numbers(Dfa spellings) {
    Dfa bounded = spellings.and(digits());
    Dfa listed = spellings.and(NumberLanguage.CANONICAL);
    if (listed.words(MOST_LISTED).isPresent()) {
      return bounded.or(listed);
    }
    if (bounded.isEmpty() && !spellings.isEmpty()) {
      throw new GrammarException(
          "no number is valid here with at most %s digits before its point and %s behind it"
              .formatted(inWords(limits.integerDigits()), inWords(limits.fractionDigits())));
    }
    return bounded;
  }

  private Dfa digits() {
    int whole = limits.integerDigits();
    int fraction = limits.fractionDigits();
    String before = "-?(?:0|[1-9][0-9]%s)".formatted(times(0, whole - 1, whole));
    String behind = fraction == 0 ? "" : "(?:\\.[0-9]%s)?".formatted(times(1, fraction, fraction));
    return RuleDfa.of(RegexParser.search("^" + before + behind + "$"));
  }

  private static String times(int least, int most, int limit) {
    return limit == SchemaOptions.Limits.NONE
        ? "{%s,}".formatted(least)
        : "{%s,%s}".formatted(least, most);
  }

  private static String inWords(int limit) {
    return limit == SchemaOptions.Limits.NONE ? "any" : Integer.toString(limit);
  }

  /// Whether no state leads back to one before it, which is found by taking away the states without
  /// a way into them.
  private static boolean isFinite(Dfa dfa) {
    int[] entering = new int[dfa.size()];
    for (int state = 0; state < dfa.size(); state++) {
      for (int target : dfa.targets(state)) {
        if (target != Dfa.DEAD) {
          entering[target]++;
        }
      }
    }
    int[] free = new int[dfa.size()];
    int found = 0;
    for (int state = 0; state < dfa.size(); state++) {
      if (entering[state] == 0) {
        free[found++] = state;
      }
    }
    for (int next = 0; next < found; next++) {
      for (int target : dfa.targets(free[next])) {
        if (target != Dfa.DEAD && --entering[target] == 0) {
          free[found++] = target;
        }
      }
    }
    return found == dfa.size();
  }
}
