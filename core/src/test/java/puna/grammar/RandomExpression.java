package puna.grammar;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/// A random regular expression that can match by itself: by sets of places, without compiling.
sealed interface RandomExpression {
  String pattern();

  /// Where a match that begins at `from` may end.
  BitSet ends(String text, int from);

  default boolean matches(String text) {
    return ends(text, 0).get(text.length());
  }

  default boolean isFoundIn(String text) {
    for (int from = 0; from <= text.length(); from++) {
      if (!ends(text, from).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  static RandomExpression draw(Random random, int depth) {
    if (depth == 0) {
      return switch (random.nextInt(6)) {
        case 0 -> new Edge(random.nextBoolean());
        default -> new Letters(List.of("a", "b", "c", "[ab]", "[^a]").get(random.nextInt(5)));
      };
    }
    return switch (random.nextInt(5)) {
      case 0 -> draw(random, 0);
      case 1 -> new Either(draw(random, depth - 1), draw(random, depth - 1));
      case 2 -> {
        int minimum = random.nextInt(3);
        int maximum = random.nextBoolean() ? -1 : minimum + random.nextInt(3);
        yield new Times(draw(random, depth - 1), minimum, maximum);
      }
      default -> {
        List<RandomExpression> parts = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          parts.add(draw(random, depth - 1));
        }
        yield new InTurn(parts);
      }
    };
  }

  private static BitSet at(int place) {
    BitSet set = new BitSet();
    set.set(place);
    return set;
  }

  private static BitSet after(RandomExpression next, String text, BitSet starts) {
    BitSet ends = new BitSet();
    starts.stream().forEach(start -> ends.or(next.ends(text, start)));
    return ends;
  }

  record Edge(boolean start) implements RandomExpression {
    @Override
    public String pattern() {
      return start ? "^" : "$";
    }

    @Override
    public BitSet ends(String text, int from) {
      return from == (start ? 0 : text.length()) ? at(from) : new BitSet();
    }
  }

  record Letters(String pattern) implements RandomExpression {
    @Override
    public BitSet ends(String text, int from) {
      if (from == text.length()) {
        return new BitSet();
      }
      char c = text.charAt(from);
      boolean in =
          switch (pattern) {
            case "[ab]" -> c == 'a' || c == 'b';
            case "[^a]" -> c != 'a';
            default -> c == pattern.charAt(0);
          };
      return in ? at(from + (Character.isHighSurrogate(c) ? 2 : 1)) : new BitSet();
    }
  }

  record Either(RandomExpression one, RandomExpression other) implements RandomExpression {
    @Override
    public String pattern() {
      return "(" + one.pattern() + "|" + other.pattern() + ")";
    }

    @Override
    public BitSet ends(String text, int from) {
      BitSet ends = one.ends(text, from);
      ends.or(other.ends(text, from));
      return ends;
    }
  }

  record InTurn(List<RandomExpression> parts) implements RandomExpression {
    @Override
    public String pattern() {
      StringBuilder pattern = new StringBuilder();
      parts.forEach(part -> pattern.append(part.pattern()));
      return pattern.toString();
    }

    @Override
    public BitSet ends(String text, int from) {
      BitSet at = at(from);
      for (RandomExpression part : parts) {
        at = after(part, text, at);
      }
      return at;
    }
  }

  record Times(RandomExpression body, int minimum, int maximum) implements RandomExpression {
    @Override
    public String pattern() {
      String bounds = maximum < 0 ? minimum + "," : minimum + "," + maximum;
      return "(?:" + body.pattern() + "){" + bounds + "}";
    }

    @Override
    public BitSet ends(String text, int from) {
      BitSet at = at(from);
      for (int i = 0; i < minimum; i++) {
        at = after(body, text, at);
      }
      BitSet all = (BitSet) at.clone();
      for (int i = minimum; maximum < 0 ? !at.isEmpty() : i < maximum; i++) {
        at = after(body, text, at);
        at.andNot(all);
        all.or(at);
      }
      return all;
    }
  }
}
