package puna.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import puna.TestSeed;
import puna.error.GrammarException;

class RegexParserTest {
  private static final long SEED = 20251123;

  static final List<String> EXPRESSIONS =
      List.of(
          "",
          "a",
          "abc",
          "a|b|",
          "(a|b)*c",
          "(?:ab)+",
          "(?<name>a)b",
          "a{2}",
          "a{2,}",
          "a{0,2}b",
          "a*?b",
          "a+?",
          "a??b",
          "[abc]+",
          "[^abc]",
          "[a-c0-2]",
          "[-a]",
          "[a-]",
          "[a\\-c]",
          "[]",
          "[^]",
          "\\d+",
          "\\D",
          "\\w\\W",
          "\\s",
          "\\S",
          "\\x61\\u0062",
          "\\u{1F600}",
          ".",
          "\\.",
          "^a",
          "a$",
          "^a$",
          "^",
          "$",
          "^$",
          "(^a|b)c",
          "a(b$|c)",
          "(^|b)a",
          "a($|b)",
          "(^a)*b",
          "(a$)*",
          "(^a|b)+",
          "(a|b$)+",
          "(^|a)+b",
          "a^b",
          "a$b",
          "$^",
          "^$|a",
          "(^a$|b)c?",
          "x(^)?a",
          "a($)?b",
          "(^a){2}",
          "$^a$",
          "a$^",
          "(b|$)(^|a)",
          "\\p{L}+",
          "\\p{Lu}\\P{Lu}",
          "[\\p{Nd}a]",
          "\\/",
          "\\$\\^",
          "a{,3}",
          "x{",
          "}",
          "]",
          "\\t\\n\\r\\f\\v\\0",
          "\\cJ");

  @ParameterizedTest
  @FieldSource("EXPRESSIONS")
  void admitsWhatTheExpressionMatches(String pattern) {
    compare(pattern, TestSeed.random(SEED));
  }

  @Test
  void admitsWhatRandomExpressionsMatch() {
    Random random = TestSeed.random(SEED);
    for (int i = 0; i < 4000; i++) {
      RandomExpression expression = RandomExpression.draw(random, 3);
      Rule whole = RegexParser.whole(expression.pattern());
      Rule search = RegexParser.search(expression.pattern());
      for (int j = 0; j < 12; j++) {
        String text = j == 0 ? "" : randomText(random);
        assertThat(RuleOracle.matches(whole, text))
            .as("seed %s: %s whole on '%s'", SEED, expression.pattern(), text)
            .isEqualTo(expression.matches(text));
        assertThat(RuleOracle.matches(search, text))
            .as("seed %s: %s in '%s'", SEED, expression.pattern(), text)
            .isEqualTo(expression.isFoundIn(text));
      }
    }
  }

  private static void compare(String pattern, Random random) {
    Pattern java = Pattern.compile(inJava(pattern));
    Rule whole = RegexParser.whole(pattern);
    Rule search = RegexParser.search(pattern);
    for (int i = 0; i < 40; i++) {
      String text = i == 0 ? "" : randomText(random);
      assertThat(RuleOracle.matches(whole, text))
          .as("seed %s: %s whole on '%s'", SEED, pattern, text)
          .isEqualTo(java.matcher(text).matches());
      assertThat(RuleOracle.matches(search, text))
          .as("seed %s: %s in '%s'", SEED, pattern, text)
          .isEqualTo(java.matcher(text).find());
    }
  }

  /// The same expression in the dialect of `java.util.regex`.
  private static String inJava(String pattern) {
    return pattern
        .replace("[]", "(?!)")
        .replace("[^]", "[\\x{0}-\\x{10FFFF}]")
        .replace("{1F600}", "D83D\\uDE00")
        .replace("\\v", "\\x0B")
        .replace("\\0", "\\x00")
        .replace("{,3}", "\\{,3\\}")
        .replace("x{", pattern.equals("x{") ? "x\\{" : "x{")
        .replaceAll("(?<!\\\\)\\$", "\\\\z");
  }

  private static String randomText(Random random) {
    String[] letters = {"a", "b", "c", "a", "b", "0", "x", "{", " ", "\n", "é", "😀", "A", "-"};
    int kinds = random.nextBoolean() ? 3 : letters.length;
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(letters[random.nextInt(kinds)]);
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "(a)\\1 ~ 4: backreferences",
        "\\k<a> ~ 1: backreferences",
        "(?s)a ~ 1: this kind of group",
        "(?>a) ~ 1: this kind of group",
        "a++b ~ a possessive quantifier",
        "a** ~ 3: a quantifier after"
      })
  void refusesWhatCannotBeKept(String pattern, String message) {
    refuses(pattern, message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "*a ~ 1: nothing to repeat",
        "^*a ~ 1: nothing to repeat",
        "(a ~ 1: the group is not closed",
        "a) ~ 2: unbalanced",
        "[a ~ 1: the class is not closed",
        "[b-a] ~ 2: a range's ends",
        "a{2,1} ~ 1: a repetition's bounds",
        "\\a ~ 1: the escape \\a is not known",
        "\\y ~ 1: the escape \\y is not known",
        "\\x4 ~ 1: the escape needs 2",
        "\\u12 ~ 1: the escape needs 4",
        "\\u{110000} ~ 1: \\u{…} needs",
        "\\p{Nonsense} ~ 1: the property",
        "\\01 ~ 1: octal",
        "\\c1 ~ 1: \\c needs",
        "(?<1a>b ~ 1: ",
        "(?<>b) ~ 1: a group's name",
        "(^a){99} ~ 1: an anchor inside",
        "((((^|a){30}){30}){30}){30} ~ an anchor inside nested",
        "a\\ ~ 2: a lone backslash"
      })
  void refusesMistakesWithTheirPlace(String pattern, String message) {
    refuses(pattern, message);
  }

  private static void refuses(String pattern, String message) {
    assertThatThrownBy(() -> RegexParser.search(pattern))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesHostileSizes() {
    assertThatThrownBy(() -> RegexParser.whole("(".repeat(10_000) + ")".repeat(10_000)))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> RegexParser.whole("a".repeat(1_000_000)))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("at most");
  }
}
