package puna.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import puna.error.GrammarException;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.automaton.CompiledGrammar;

/// Small random grammars over few characters of one to four bytes, recursive and ambiguous ones
/// among them, and texts that often match them.
public final class RandomGrammar {
  private static final List<String> LETTERS = List.of("a", "b", "é", "漢", "😀");

  private final Random random;
  private final int names;

  private RandomGrammar(Random random) {
    this.random = random;
    this.names = 1 + random.nextInt(5);
  }

  /// A grammar without left recursion that admits a text.
  public static Grammar draw(Random random) {
    while (true) {
      Grammar grammar = new RandomGrammar(random).grammar();
      try {
        LeftCorners.of(grammar);
        CompiledGrammar.compile(grammar);
        return grammar;
      } catch (GrammarException e) {
        assert e.getMessage().matches(".*(left recursion|admits nothing).*") : e.getMessage();
      }
    }
  }

  private Grammar grammar() {
    Map<String, Rule> rules = new HashMap<>();
    for (int i = 0; i < names; i++) {
      rules.put("r" + i, rule(3));
    }
    return new Grammar(rules, "r0");
  }

  private Rule rule(int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 10)) {
      case 0 -> new Literal(text(random, 2));
      case 1 -> new Literal(LETTERS.get(random.nextInt(5)));
      case 2 -> set();
      case 3 -> new Reference("r" + random.nextInt(names));
      case 4, 5 -> new Choice(rules(depth - 1, random.nextInt(10) == 0 ? 0 : 2));
      case 6 -> {
        int minimum = random.nextInt(3);
        int maximum = random.nextBoolean() ? Repeat.UNBOUNDED : minimum + random.nextInt(4);
        yield new Repeat(rule(depth - 1), minimum, maximum);
      }
      default -> new Sequence(rules(depth - 1, random.nextInt(4)));
    };
  }

  private List<Rule> rules(int depth, int count) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rules.add(rule(depth));
    }
    return rules;
  }

  private CharacterSet set() {
    return switch (random.nextInt(4)) {
      case 0 -> new CodePoints().add('a', 'b').toSet();
      case 1 -> new CodePoints().add('b').add(0x80, 0x9FFF).toSet();
      case 2 -> new CodePoints().add('a').complement().toSet();
      default -> new CodePoints().add(0x20, 0x7E).toSet();
    };
  }

  public static String text(Random random, int longest) {
    StringBuilder text = new StringBuilder();
    int kinds = random.nextInt(3) == 0 ? LETTERS.size() : 2;
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      text.append(LETTERS.get(random.nextInt(kinds)));
    }
    return text.toString();
  }
}
