package puna.grammar.automaton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.grammar.GbnfParser;
import puna.grammar.GbnfWriter;
import puna.grammar.Grammar;
import puna.grammar.RandomGrammar;
import puna.grammar.Rule;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.RuleOracle;

class AutomatonTest {
  private static final long SEED = TestSeed.of(7);
  private static final int GRAMMARS = Integer.getInteger("puna.test.grammars", 4000);

  @Test
  void admitsWhatTheOracleAdmits() {
    Random random = new Random(SEED);
    int matching = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      Optional<CompiledGrammar> compiled = compiled(grammar);
      for (int j = 0; j < 15; j++) {
        String text = j == 0 ? "" : RandomGrammar.text(random, 7);
        boolean expected = RuleOracle.matches(grammar, text);
        matching += expected ? 1 : 0;
        assertThat(compiled.isPresent() && compiled.get().accepts(text))
            .as(() -> "seed %s: '%s' in\n%s".formatted(SEED, text, GbnfWriter.write(grammar)))
            .isEqualTo(expected);
      }
    }
    assertThat(matching).isGreaterThan(GRAMMARS);
  }

  /// Nothing where the grammar is refused for it admits nothing.
  private static Optional<CompiledGrammar> compiled(Grammar grammar) {
    try {
      return Optional.of(CompiledGrammar.compile(grammar));
    } catch (GrammarException e) {
      assertThat(e).hasMessageContaining("admits nothing");
      return Optional.empty();
    }
  }

  @Test
  void goesOnOnlyWhereATextCanBeFinished() {
    Random random = new Random(SEED);
    int finished = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      Automaton automaton = new Automaton(grammar);
      List<Byte> text = new ArrayList<>();
      State state = automaton.start();
      while (!state.isStuck() && text.size() < 12) {
        List<Byte> possible = possible(automaton, state);
        assertThat(possible).isNotEmpty();
        byte next = possible.get(random.nextInt(possible.size()));
        text.add(next);
        state = automaton.step(state, next);
      }
      if (state.ending.accepts()) {
        byte[] bytes = new byte[text.size()];
        for (int j = 0; j < bytes.length; j++) {
          bytes[j] = text.get(j);
        }
        String read = new String(bytes, StandardCharsets.UTF_8);
        assertThat(read.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
        assertThat(RuleOracle.matches(grammar, read))
            .as(() -> "seed %s: '%s' in\n%s".formatted(SEED, read, GbnfWriter.write(grammar)))
            .isTrue();
        finished++;
      }
    }
    assertThat(finished).isGreaterThan(GRAMMARS / 4);
  }

  private static List<Byte> possible(Automaton automaton, State state) {
    List<Byte> possible = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if (!automaton.step(state, b).isDead()) {
        possible.add((byte) b);
      }
    }
    return possible;
  }

  @Test
  void rightRecursionCostsNoState() {
    Grammar grammar = GbnfParser.parse("root ::= \"ab\" root | \"c\" tail\ntail ::= \"d\" root |");
    Automaton automaton = new Automaton(grammar);
    State after = automaton.step(automaton.start(), "abab".getBytes(StandardCharsets.UTF_8));
    State later =
        automaton.step(automaton.start(), "abcdab".repeat(5000).getBytes(StandardCharsets.UTF_8));
    assertThat(later).isSameAs(after);
  }

  @Test
  void nestingReturnsAsDeepAsItWent() {
    CompiledGrammar compiled =
        CompiledGrammar.compile(GbnfParser.parse("root ::= \"[\" root \"]\" | \"x\"?"));
    String deep = "[".repeat(60_000); // more states than are kept
    assertThat(compiled.accepts(deep + "x" + "]".repeat(60_000))).isTrue();
    assertThat(compiled.accepts(deep + "]".repeat(59_999))).isFalse();
    assertThat(compiled.accepts(deep + "]".repeat(60_001))).isFalse();
  }

  @Test
  void ambiguityDoesNotMultiply() {
    String text = "a".repeat(400);
    Grammar twins =
        GbnfParser.parse(
            """
            root ::= s
            s ::= "a" s "x" | "a" s "y" | "a" s "x" | "a" s | "a"
            """);
    assertThat(CompiledGrammar.compile(twins).accepts(text)).isTrue();
    Grammar nested = GbnfParser.parse("root ::= ((\"a\"* \"a\"?)* (\"a\" | \"aa\")+)* \"b\"");
    assertThat(CompiledGrammar.compile(nested).accepts(text + "b")).isTrue();
    assertThat(CompiledGrammar.compile(nested).accepts(text)).isFalse();
  }

  @Test
  void largeRepetitionsKeepTheirBounds() {
    CompiledGrammar compiled =
        CompiledGrammar.compile(GbnfParser.parse("root ::= ([a-zé] \"1\"?){3000,5000}"));
    assertThat(compiled.accepts("é1".repeat(2999))).isFalse();
    assertThat(compiled.accepts("é1".repeat(3000))).isTrue();
    assertThat(compiled.accepts("a".repeat(5000))).isTrue();
    assertThat(compiled.accepts("a".repeat(5001))).isFalse();
  }

  @Test
  void aRuleThatCannotEndAdmitsNothing() {
    Reference root = new Reference("root");
    Rule first = new Sequence(List.of(new Literal("a"), root));
    Rule second = new Sequence(List.of(new Literal("bc"), root));
    Grammar grammar = new Grammar(Map.of("root", new Choice(List.of(first, second))), "root");
    Automaton automaton = new Automaton(grammar);
    assertThat(automaton.start().isDead()).isTrue();
    assertThatThrownBy(() -> CompiledGrammar.compile(grammar))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing");
    assertThatThrownBy(() -> GbnfParser.parse("root ::= \"a\" root | \"b\" \"c\" root"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing");
  }

  @Test
  void refusesHostileGrammars() {
    Rule deep = new Literal("a");
    for (int i = 0; i < 100_000; i++) {
      deep = new Sequence(List.of(deep));
    }
    refuses(new Grammar(Map.of("root", deep), "root"), "nested deeper than");
    refuses(new Grammar(Map.of(), "root"), "no rule root");
    refuses(new Grammar(Map.of("root", new Reference("x")), "root"), "rule x, which is not");
    refuses(
        new Grammar(Map.of("root", new Repeat(new Literal("ab"), 1_000_000_000, -1)), "root"),
        "larger than");
    Rule nested = new Literal("ab");
    for (int i = 0; i < 5; i++) {
      nested = new Repeat(nested, 1000, 2000);
    }
    CompiledGrammar.compile(new Grammar(Map.of("root", nested), "root"));
    refuses(
        new Grammar(Map.of("root", new Repeat(new Literal("a"), -2, 3)), "root"),
        "may not be negative");
  }

  @Test
  void refusesLeftRecursionAndNamesTheWay() {
    for (String rules :
        List.of(
            "root ::= root \"a\" | \"a\"",
            "root ::= x \"a\"\nx ::= root? y\ny ::= root | \"b\"",
            "root ::= x* \"a\"\nx ::= \"\" root",
            "root ::= \"\"? root")) {
      assertThatThrownBy(() -> GbnfParser.parse(rules))
          .isInstanceOf(GrammarException.class)
          .hasMessageContaining("left recursion")
          .hasMessageContaining("root ->");
    }
  }

  @Test
  void longChainsOfRulesAreNoDepth() {
    Map<String, Rule> rules = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      Rule next = new Reference("r" + (i + 1));
      rules.put("r" + i, new Choice(List.of(next, new Sequence(List.of(new Literal("a"), next)))));
    }
    rules.put("r20000", new Literal("z"));
    CompiledGrammar compiled = CompiledGrammar.compile(new Grammar(rules, "r0"));
    assertThat(compiled.accepts("az")).isTrue();
    assertThat(compiled.accepts("ay")).isFalse();
  }

  private static void refuses(Grammar grammar, String message) {
    assertThatThrownBy(() -> CompiledGrammar.compile(grammar))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }
}
