package puna.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import puna.error.GrammarException;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// The same texts by rules without marks: what may follow is a rule of its own for each set of
/// marks. That is what the marks save, and what says what they mean. Where a rule has more than
/// seven marks, of which one says that an object has begun, that would be too many: there they are
/// set in one order.
public final class WrittenOut {
  private static final int MOST_FREE = 7;

  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> open = new ArrayDeque<>();

  private WrittenOut() {}

  /// A grammar without marks.
  public static Grammar of(Grammar grammar) {
    WrittenOut written = new WrittenOut();
    written.rules.putAll(grammar.rules());
    grammar
        .rules()
        .forEach((name, rule) -> {
          if (Rules.hasMarks(rule)) {
            written.rules.put(
                name, written.new Marked(name, rule).after(rule, 0, _ -> new Literal("")));
          }
        });
    while (!written.open.isEmpty()) {
      written.open.remove().run();
    }
    return new Grammar(written.rules, grammar.root());
  }

  /// A loop that is entered with these marks.
  private record Loop(Repeat repeat, long marks) {}

  /// One rule with marks.
  private final class Marked {
    private final String name;
    private final Map<Loop, Reference> loops = new HashMap<>();

    private final long required;
    private final boolean ordered;

    Marked(String name, Rule rule) {
      this.name = name;
      this.required = asked(rule, Marks::present);
      this.ordered = Long.bitCount(asked(rule, Marks::added)) > MOST_FREE;
    }

    /// The marks of a rule that are asked for, or set.
    private static long asked(Rule rule, ToLongFunction<Marks> of) {
      long all = rule instanceof Marks marks ? of.applyAsLong(marks) : 0;
      for (Rule inner : Rules.inner(rule)) {
        all |= asked(inner, of);
      }
      return all;
    }

    /// In one order, what was passed can no more be set, so it counts as set.
    private Rule marked(Marks guard, long marks, LongFunction<Rule> next) {
      long passed = ordered && guard.added() != 0 ? Long.highestOneBit(guard.added()) - 1 : 0;
      boolean misses = (required & passed & ~marks & ~guard.added()) != 0;
      return misses || !guard.allows(marks)
          ? new Choice(List.of())
          : next.apply(marks | guard.added() | passed);
    }

    /// What a rule admits that is entered with some marks, with what follows by the marks then.
    Rule after(Rule rule, long marks, LongFunction<Rule> next) {
      if (!Rules.hasMarks(rule)) {
        return Rules.sequence(rule, next.apply(marks));
      }
      return switch (rule) {
        case Marks guard -> marked(guard, marks, next);
        case Sequence(List<Rule> parts) -> all(parts, marks, next);
        case Choice(List<Rule> options) -> {
          List<Rule> written = new ArrayList<>();
          options.forEach(option -> written.add(after(option, marks, next)));
          yield new Choice(written);
        }
        case Repeat repeat -> loop(repeat, marks, next);
        case Literal _, CharacterSet _, Reference _, Token _, Rule.Spelled _, Rule.Asked _ ->
            throw new IllegalStateException("no marks in " + rule);
      };
    }

    private Rule all(List<Rule> parts, long marks, LongFunction<Rule> next) {
      if (parts.isEmpty()) {
        return next.apply(marks);
      }
      List<Rule> rest = parts.subList(1, parts.size());
      return after(parts.getFirst(), marks, then -> all(rest, then, next));
    }

    private Rule loop(Repeat repeat, long marks, LongFunction<Rule> next) {
      if (repeat.minimum() != 0 || repeat.maximum() != Repeat.UNBOUNDED) {
        throw new GrammarException("rule %s: marks in a counted repetition".formatted(name));
      }
      Loop loop = new Loop(repeat, marks);
      Reference known = loops.get(loop);
      if (known == null) {
        known = new Reference(free());
        String own = known.name();
        loops.put(loop, known);
        rules.put(own, new Choice(List.of()));
        open.add(() ->
            rules.put(
                own,
                new Choice(
                    List.of(
                        next.apply(marks),
                        after(repeat.body(), marks, then -> loop(repeat, then, next))))));
      }
      return known;
    }

    private String free() {
      int number = loops.size() + 1;
      while (rules.containsKey(name + "-" + number)) {
        number++;
      }
      return name + "-" + number;
    }
  }
}
