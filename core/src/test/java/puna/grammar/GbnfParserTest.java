package puna.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.automaton.CompiledGrammar;

class GbnfParserTest {
  private static final long SEED = 3;

  private static Rule root(String text) {
    return Objects.requireNonNull(GbnfParser.parse(text).rules().get("root"));
  }

  private static CharacterSet set(Integer... ranges) {
    return new CharacterSet(List.of(ranges));
  }

  @Test
  void readsLiteralsWithTheirEscapes() {
    assertThat(root("root ::= \"a\\n\\t\\r\\\\\\\"\\[\\]\\-\\x41\\u00e9\\U0001F600漢\""))
        .isEqualTo(new Literal("a\n\t\r\\\"[]-Aé😀漢"));
    assertThat(root("root ::= \"\"")).isEqualTo(new Literal(""));
    assertThat(root("root ::=")).isEqualTo(new Sequence(List.of()));
  }

  @Test
  void readsClasses() {
    assertThat(root("root ::= [a-cx]")).isEqualTo(set((int) 'a', (int) 'c', (int) 'x', (int) 'x'));
    assertThat(root("root ::= [-a]")).isEqualTo(set((int) '-', (int) '-', (int) 'a', (int) 'a'));
    assertThat(root("root ::= [a-]")).isEqualTo(set((int) '-', (int) '-', (int) 'a', (int) 'a'));
    assertThat(root("root ::= [\\]\\[]"))
        .isEqualTo(set((int) '[', (int) '[', (int) ']', (int) ']'));
    assertThat(root("root ::= [\\x00-\\x1f\\u0020-\\u007F]")).isEqualTo(set(0, 0x7F));
    assertThat(root("root ::= [^\\x01-\\U0010FFFF]")).isEqualTo(set(0, 0));
    assertThat(root("root ::= [ぁ-ゟ]")).isEqualTo(set(0x3041, 0x309F));
    assertThat(root("root ::= [^\\n]")).isEqualTo(set(0, 9, 11, 0xD7FF, 0xE000, 0x10FFFF));
    assertThat(root("root ::= .")).isEqualTo(set(0, 0xD7FF, 0xE000, 0x10FFFF));
  }

  @Test
  void readsQuantifiers() {
    Rule a = new Literal("a");
    assertThat(root("root ::= \"a\"*")).isEqualTo(new Repeat(a, 0, Repeat.UNBOUNDED));
    assertThat(root("root ::= \"a\" +")).isEqualTo(new Repeat(a, 1, Repeat.UNBOUNDED));
    assertThat(root("root ::= \"a\"?")).isEqualTo(new Repeat(a, 0, 1));
    assertThat(root("root ::= \"a\"{3}")).isEqualTo(new Repeat(a, 3, 3));
    assertThat(root("root ::= \"a\"{3,}")).isEqualTo(new Repeat(a, 3, Repeat.UNBOUNDED));
    assertThat(root("root ::= \"a\"{ 3 , 5 }")).isEqualTo(new Repeat(a, 3, 5));
    assertThat(root("root ::= \"a\"{0,5}")).isEqualTo(new Repeat(a, 0, 5));
    assertThat(root("root ::= \"a\"?*"))
        .isEqualTo(new Repeat(new Repeat(a, 0, 1), 0, Repeat.UNBOUNDED));
  }

  @Test
  void readsAlternativesGroupsAndReferences() {
    assertThat(root("x ::= \"c\"\nroot ::= \"a\" | x \"b\" |"))
        .isEqualTo(
            new Choice(
                List.of(
                    new Literal("a"),
                    new Sequence(List.of(new Reference("x"), new Literal("b"))),
                    new Sequence(List.of()))));
    assertThat(root("root ::= (\"a\" | \"b\")+"))
        .isEqualTo(
            new Repeat(
                new Choice(List.of(new Literal("a"), new Literal("b"))), 1, Repeat.UNBOUNDED));
  }

  @Test
  void linesGoOnInGroupsAndBehindAlternatives() {
    String text =
        """
        # a comment
        root ::= # another
          ( "a"
            # inside
            x_1
            | "b" ) |
          "c" # behind

        x_1 ::= "d"\r
        UPPER-Case9 ::= root
        """;
    assertThat(GbnfParser.parse(text).rules()).containsOnlyKeys("root", "x_1", "UPPER-Case9");
    assertThat(RuleOracle.matches(GbnfParser.parse(text), "ad")).isTrue();
    assertThat(RuleOracle.matches(GbnfParser.parse(text), "c")).isTrue();
    assertThat(RuleOracle.matches(GbnfParser.parse(text), "a")).isFalse();
  }

  @Test
  void readsTokens() {
    assertThat(root("root ::= <[1234]>")).isEqualTo(new Token("<[1234]>", false));
    assertThat(root("root ::= !<think>*"))
        .isEqualTo(new Repeat(new Token("<think>", true), 0, Repeat.UNBOUNDED));
    assertThat(root("root ::= <|eom_id|>")).isEqualTo(new Token("<|eom_id|>", false));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '~',
      value = {
        "root = \"a\" ~ line 1, column 6: expected ::=",
        "root ::= x ~ line 1, column 10: the rule x is not defined",
        "x ::= \"a\" ~ a grammar needs a rule named root",
        "root ::= \"a ~ column 12: unexpected end",
        "root ::= [a ~ unexpected end",
        "root ::= [] ~ column 10: a class needs members",
        "root ::= [z-a] ~ column 11: a range's ends are out of order",
        "root ::= [\\UFFFFFFFF] ~ is no character",
        "root ::= \"\\uD800\" ~ column 11: U+D800 is no character",
        "root ::= \"\\q\" ~ column 11: the escape \\q is not known",
        "root ::= \"\\x4\" ~ column 11: the escape needs 2",
        "root ::= (\"a\" ~ column 14: expected ')'",
        "root ::= \"a\") ~ column 13: expected the end of the line",
        "root ::= * ~ column 10: expected something to repeat",
        "root ::= (*) ~ column 11: expected something to repeat",
        "root ::= \"a\"{ ~ expected a number",
        "root ::= \"a\"{1 ~ expected ',' or '}'",
        "root ::= \"a\"{,3} ~ column 14: expected a number",
        "root ::= \"a\"{5,3} ~ column 13: a repetition's bounds",
        "root ::= \"a\"{1000000000} ~ column 14: a number may be at most",
        "root ::= \"a\"{0,99999999999999999999} ~ column 16: a number may be at most",
        "root ::= <think ~ column 10: the token is not closed",
        "root ::= <[12> ~ expected ']>'",
        "root ::= !\"a\" ~ column 11: expected '<' of a token",
        "root ::= root ~ left recursion",
        "root ::= \"a\" ::= \"b\" ~ column 14: expected the end of the line",
        "::= \"a\" ~ column 1: expected the name"
      })
  void refusesMistakesWithTheirPlace(String text, String message) {
    assertThatThrownBy(() -> GbnfParser.parse(text))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesLineAndColumnOfLaterLines() {
    assertThatThrownBy(() -> GbnfParser.parse("root ::= x\n# 漢\nx ::= \"漢\" ]\n"))
        .isInstanceOf(GrammarException.class)
        .hasMessageStartingWith(
            "grammar, line 3, column 11: expected the end of the line, found ]");
    assertThatThrownBy(() -> GbnfParser.parse("root ::= \"a\"\nroot ::= \"b\"\n"))
        .hasMessageContaining("line 2, column 1: the rule root is defined twice");
  }

  @Test
  void refusesHostileTexts() {
    for (String text :
        List.of(
            "root ::= " + "(".repeat(100_000),
            "root ::= \"a\"" + "*".repeat(100_000),
            "#".repeat(5 << 20),
            "root ::= " + "(\"a\"".repeat(300) + ")".repeat(300))) {
      assertThatThrownBy(() -> GbnfParser.parse(text)).isInstanceOf(GrammarException.class);
    }
  }

  @Test
  void mutatedGrammarsAreReadOrRefused() {
    String text = "root ::= (\"a\" | [^b-d\\n] x{2,3})+ # c\nx ::= <[1]> !<t> . \"\\x41\"?\n";
    Random random = TestSeed.random(SEED);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder mutated = new StringBuilder(text);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(mutated.length());
        if (random.nextBoolean()) {
          mutated.deleteCharAt(at);
        } else {
          mutated.insert(at, text.charAt(random.nextInt(text.length())));
        }
      }
      try {
        CompiledGrammar.compile(GbnfParser.parse(mutated.toString())).matcher();
      } catch (GrammarException e) {
        assertThat(e).hasMessageNotContainingAny("null");
      }
    }
  }

  @Test
  void writesWhatItReadsBack() {
    Random random = TestSeed.random(SEED);
    for (int i = 0; i < 2000; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      String written = GbnfWriter.write(grammar);
      Grammar back;
      try {
        back = GbnfParser.parse(written);
      } catch (GrammarException e) {
        assertThat(e).hasMessageContaining("admits nothing");
        assertThatThrownBy(() -> CompiledGrammar.compile(grammar))
            .hasMessageContaining("admits nothing");
        continue;
      }
      for (int j = 0; j < 5; j++) {
        String text = RandomGrammar.text(random, 6);
        assertThat(RuleOracle.matches(back, text))
            .as("seed %s: '%s' in\n%s", SEED, text, written)
            .isEqualTo(RuleOracle.matches(grammar, text));
      }
    }
  }

  @Test
  void writesGbnfThatPeopleCanRead() {
    String text =
        """
        root ::= "a\\n" | [^-a\\]]* x-1 (("b" | .){2,} <t>)?
        x-1 ::= !<[7]> "\\"é"
        """;
    assertThat(GbnfWriter.write(GbnfParser.parse(text)))
        .isEqualTo(
            """
            root ::= "a\\n" | [\\x00-,.-\\\\^-`b-\\uD7FF\\uE000-\\U0010FFFF]* x-1 ((("b" | .){2,} <t>))?
            x-1 ::= !<[7]> "\\"\\xE9"
            """
                .replace("^-`", "\\x5E-`")
                .replace("(((", "((")
                .replace(">))", ">)"));
  }
}
