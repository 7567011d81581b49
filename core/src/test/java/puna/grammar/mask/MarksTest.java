package puna.grammar.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.grammar.GbnfWriter;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.RuleOracle;
import puna.grammar.WrittenOut;
import puna.grammar.automaton.CompiledGrammar;

/// Rules with marks against the same rules written out.
class MarksTest {
  private static final long SEED = TestSeed.of(34);
  private static final int GRAMMARS = Integer.getInteger("puna.test.grammars", 300);

  @Test
  void aMarkedRuleAdmitsWhatItsRulesWrittenOutAdmit() {
    Random random = new Random(SEED);
    int admitted = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Grammar grammar = draw(random);
      CompiledGrammar marked = CompiledGrammar.compile(grammar);
      Grammar written = WrittenOut.of(grammar);
      CompiledGrammar plain = CompiledGrammar.compile(written);
      for (int j = 0; j < 60; j++) {
        String text = text(random);
        assertThat(marked.accepts(text))
            .as(() -> "seed %s: '%s' in\n%s".formatted(SEED, text, GbnfWriter.write(grammar)))
            .isEqualTo(plain.accepts(text))
            .isEqualTo(RuleOracle.matches(written, text));
        admitted += marked.accepts(text) ? 1 : 0;
      }
    }
    assertThat(admitted).isGreaterThan(GRAMMARS);
  }

  @Test
  void masksOfAMarkedRuleAreThoseOfItsRulesWrittenOut() {
    Random random = new Random(SEED);
    TokenTrie trie = vocabulary();
    int steps = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Grammar grammar = draw(random);
      GrammarMask marked = new StateMasks(CompiledGrammar.compile(grammar), trie).mask();
      GrammarMask plain =
          new StateMasks(CompiledGrammar.compile(WrittenOut.of(grammar)), trie).mask();
      for (int step = 0; step < 40; step++) {
        float[] one = new float[trie.vocabularySize()];
        float[] other = new float[trie.vocabularySize()];
        boolean any = marked.apply(one);
        assertThat(plain.apply(other)).isEqualTo(any);
        assertThat(one)
            .as(() -> "seed %s:\n%s".formatted(SEED, GbnfWriter.write(grammar)))
            .isEqualTo(other);
        assertThat(any).as("there is always a way on").isTrue();
        List<Integer> allowed = new ArrayList<>();
        for (int id = 1; id < one.length; id++) {
          if (one[id] == 0) {
            allowed.add(id);
          }
        }
        if (allowed.isEmpty()) {
          break;
        }
        int next = allowed.get(random.nextInt(allowed.size()));
        marked.accept(next);
        plain.accept(next);
        steps++;
      }
    }
    assertThat(steps).isGreaterThan(5 * GRAMMARS);
  }

  @Test
  void aFirstMemberAmongTheOthersIsTheSameAsBesideThem() {
    Random random = new Random(SEED);
    int admitted = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Rule value = new Choice(List.of(new Literal("x"), new Reference("root")));
      Rule set = set(random, List.of(value));
      CompiledGrammar beside = CompiledGrammar.compile(new Grammar(Map.of("root", set), "root"));
      Grammar loop = new Grammar(Map.of("root", inOneLoop((Sequence) set)), "root");
      CompiledGrammar among = CompiledGrammar.compile(loop);
      CompiledGrammar written = CompiledGrammar.compile(WrittenOut.of(loop));
      for (int j = 0; j < 60; j++) {
        String text = text(random);
        assertThat(among.accepts(text))
            .as(() -> "seed %s: '%s' in\n%s".formatted(SEED, text, GbnfWriter.write(loop)))
            .isEqualTo(beside.accepts(text))
            .isEqualTo(written.accepts(text));
        admitted += among.accepts(text) ? 1 : 0;
      }
    }
    assertThat(admitted).isGreaterThan(GRAMMARS);
  }

  /// The same set with all its members in one loop, and a mark for that it has begun.
  private static Rule inOneLoop(Sequence set) {
    long begun = 1L << 10; // the names have fewer marks
    Repeat rest = (Repeat) set.parts().get(2);
    Sequence next = (Sequence) rest.body();
    Marks required = (Marks) set.parts().get(3);
    Rule first = new Marks(begun, 0, begun);
    Rule others =
        new Sequence(List.of(new Marks(0, begun, 0), next.parts().get(0), next.parts().get(1)));
    return new Sequence(
        List.of(
            new Literal("{"),
            new Repeat(
                new Sequence(List.of(new Choice(List.of(first, others)), set.parts().get(1))),
                0,
                Repeat.UNBOUNDED),
            new Marks(0, required.present() | begun, 0),
            new Literal("}")));
  }

  /// A set of named members in any order, as objects have it, with such sets inside.
  private static Grammar draw(Random random) {
    Rule inner = random.nextBoolean() ? new Reference("root") : new Literal("x");
    return new Grammar(
        Map.of(
            "root",
            set(random, List.of(new Literal("x"), inner)),
            "other",
            set(random, List.of(new Literal("x")))),
        "root");
  }

  private static Rule set(Random random, List<Rule> values) {
    String names = "abcd".substring(0, 2 + random.nextInt(3));
    boolean open = random.nextInt(3) == 0;
    long required = 0;
    List<Rule> members = new ArrayList<>();
    List<Rule> missing = new ArrayList<>();
    for (int i = 0; i < names.length(); i++) {
      required |= random.nextInt(3) == 0 ? 1L << i : 0;
      missing.add(new Marks(1L << i, 0, 0));
      members.add(
          new Sequence(
              List.of(
                  missing.getLast(),
                  new Literal(names.substring(i, i + 1)),
                  new Marks(0, 0, 1L << i),
                  new Literal(":"),
                  new Choice(values))));
    }
    if (open) {
      members.add(new Literal("o:x"));
    }
    Rule member = new Choice(members);
    Rule more = open ? new Literal("") : new Choice(missing);
    Rule next = new Sequence(List.of(more, new Literal(","), member));
    return new Sequence(
        List.of(
            new Literal("{"),
            member,
            new Repeat(next, 0, Repeat.UNBOUNDED),
            new Marks(0, required, 0),
            new Literal("}")));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder("{");
    int members = 1 + random.nextInt(4);
    for (int i = 0; i < members; i++) {
      text.append(i > 0 ? "," : "")
          .append("abcdo".charAt(random.nextInt(5)))
          .append(':')
          .append(random.nextInt(6) == 0 ? text(random) : "x");
    }
    return text.append('}').toString();
  }

  private static TokenTrie vocabulary() {
    List<String> tokens =
        List.of(
            "", "{", "}", ",", ":", "a", "b", "c", "d", "o", "x", "x}", "x,", "x,a", "x,b:", "x}}",
            "{a", "{b:x", "{c:x,", ":x", ":x,", ":{", "},", "},a:", "}}", ",o:x,", "d:x}", "x,c:x");
    byte[][] bytes =
        tokens.stream().map(token -> token.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    BitSet ends = new BitSet();
    ends.set(0);
    return TokenTrie.of(Arrays.copyOf(bytes, bytes.length), ends, _ -> -1);
  }
}
