package puna.grammar.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.grammar.RegexParser;

/// Automata of expressions against the JDK's expressions, and what is made of them against what it
/// means, on all short texts.
final class DfaTest {
  private static final String[] CHARACTERS = {"a", "b", "c", "\u00e9", "\ud83d\ude00"};
  private static final int ROUNDS = 200;
  private static final List<String> TEXTS = texts();

  private final long seed = TestSeed.of(System.nanoTime());
  private final Random random = new Random(seed);

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int begin = 0, length = 1; length <= 4; length++) {
      int end = texts.size();
      for (; begin < end; begin++) {
        for (String character : CHARACTERS) {
          texts.add(texts.get(begin) + character);
        }
      }
    }
    return texts;
  }

  @Test
  void expressionsMatchWhatTheJdkMatches() {
    for (int round = 0; round < ROUNDS; round++) {
      String expression = expression(3);
      Pattern pattern = Pattern.compile(expression);
      Dfa dfa = dfa(expression);
      for (String text : TEXTS) {
        boolean expected = pattern.matcher(text).matches();
        assertEquals(expected, dfa.accepts(text), () -> described(expression, text));
      }
    }
  }

  @Test
  void combinationsMeanWhatTheySay() {
    for (int round = 0; round < ROUNDS; round++) {
      String first = expression(2);
      String second = expression(2);
      Dfa one = dfa(first);
      Dfa other = dfa(second);
      Dfa both = one.and(other);
      Dfa any = one.or(other);
      Dfa rest = one.minus(other);
      Dfa not = one.complement();
      for (String text : TEXTS) {
        boolean left = one.accepts(text);
        boolean right = other.accepts(text);
        Supplier<String> place = () -> described(first + " and " + second, text);
        assertEquals(left && right, both.accepts(text), place);
        assertEquals(left || right, any.accepts(text), place);
        assertEquals(left && !right, rest.accepts(text), place);
        assertEquals(!left, not.accepts(text), place);
      }
    }
  }

  @Test
  void equalSetsHaveEqualAutomata() {
    for (int round = 0; round < ROUNDS; round++) {
      String first = expression(2);
      String second = expression(2);
      Dfa one = dfa(first);
      Dfa other = dfa(second);
      String place = described(first + " and " + second, "");
      boolean equal = one.minus(other).isEmpty() && other.minus(one).isEmpty();
      assertEquals(equal, one.equals(other), place);
      assertEquals(one, one.minus(other).or(one.and(other)), place);
      assertEquals(one, one.complement().complement(), place);
      assertEquals(one.or(other), one.complement().and(other.complement()).complement(), place);
    }
  }

  @Test
  void listsOfWordsAreTheirUnion() {
    for (int round = 0; round < ROUNDS; round++) {
      List<String> words = new ArrayList<>();
      Dfa union = Dfa.NONE;
      for (int i = random.nextInt(8); i >= 0; i--) {
        String word = TEXTS.get(random.nextInt(TEXTS.size()));
        words.add(word);
        union = union.or(Dfa.word(word));
      }
      assertEquals(union, Dfa.words(words), () -> described(words.toString(), ""));
      for (String text : TEXTS) {
        boolean expected = words.contains(text);
        assertEquals(expected, Dfa.words(words).accepts(text), () -> described("" + words, text));
      }
    }
  }

  private static Dfa dfa(String expression) {
    return RuleDfa.of(RegexParser.search("^(?:" + expression + ")$"));
  }

  private String expression(int depth) {
    if (depth == 0) {
      return atom();
    }
    String inner = "(?:" + expression(depth - 1) + ")";
    return switch (random.nextInt(7)) {
      case 0 -> expression(depth - 1) + "|" + expression(depth - 1);
      case 1 -> inner + "*";
      case 2 -> inner + "{" + random.nextInt(3) + "," + (3 + random.nextInt(3)) + "}";
      case 3 -> inner + "?";
      case 4 -> atom();
      default -> inner + "(?:" + expression(depth - 1) + ")";
    };
  }

  private String atom() {
    return switch (random.nextInt(4)) {
      case 0 -> "[ab]";
      case 1 -> "[^b]";
      case 2 -> "[c-\u00ff]";
      default -> CHARACTERS[random.nextInt(CHARACTERS.length)];
    };
  }

  private String described(String expressions, String text) {
    return "%s on '%s', -Dpuna.test.seed=%s".formatted(expressions, text, seed);
  }
}
