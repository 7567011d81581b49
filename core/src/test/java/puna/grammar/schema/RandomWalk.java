package puna.grammar.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import puna.grammar.Demand;
import puna.grammar.Grammar;
import puna.grammar.Rule;
import puna.grammar.Spelling;
import puna.grammar.WrittenOut;

/// Random texts of a grammar. Beyond a number of steps it takes the way with the fewest rules, so
/// that it ends.
final class RandomWalk {
  private static final int STEPS = 300;
  private static final int HOPELESS = 1_000_000;

  private final Grammar grammar;
  private final RandomGenerator random;
  private final Map<String, Integer> heights = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private int steps;

  RandomWalk(Grammar marked, RandomGenerator random) {
    this.grammar = WrittenOut.of(marked);
    this.random = random;
    grammar.rules().keySet().forEach(name -> heights.put(name, HOPELESS));
    boolean lower = true;
    while (lower) {
      lower = false;
      for (Map.Entry<String, Rule> rule : grammar.rules().entrySet()) {
        int height = 1 + height(rule.getValue());
        if (height < heights.getOrDefault(rule.getKey(), 0)) {
          heights.put(rule.getKey(), height);
          lower = true;
        }
      }
    }
  }

  boolean admitsNothing() {
    return height(new Rule.Reference(grammar.root())) >= HOPELESS;
  }

  /// True where the grammar asks for more than its rules say, so that not all of their texts are
  /// texts of it.
  boolean isAsked() {
    return grammar.rules().values().stream().anyMatch(RandomWalk::isAsked);
  }

  private static boolean isAsked(Rule rule) {
    return switch (rule) {
      case Rule.Asked(Demand demand) -> demand.kind() != Demand.Kind.TEXT;
      case Rule.Sequence(List<Rule> parts) -> parts.stream().anyMatch(RandomWalk::isAsked);
      case Rule.Choice(List<Rule> options) -> options.stream().anyMatch(RandomWalk::isAsked);
      case Rule.Repeat repeat -> isAsked(repeat.body());
      default -> false;
    };
  }

  String next() {
    text.setLength(0);
    steps = 0;
    walk(new Rule.Reference(grammar.root()));
    return text.toString();
  }

  private int height(Rule rule) {
    return switch (rule) {
      case Rule.Literal _,
          Rule.CharacterSet _,
          Rule.Token _,
          Rule.Marks _,
          Rule.Spelled _,
          Rule.Asked _ ->
          0;
      case Rule.Sequence(List<Rule> parts) -> parts.stream().mapToInt(this::height).max().orElse(0);
      case Rule.Choice(List<Rule> options) ->
          options.stream().mapToInt(this::height).min().orElse(HOPELESS);
      case Rule.Repeat repeat -> repeat.minimum() == 0 ? 0 : height(repeat.body());
      case Rule.Reference(String name) -> heights.getOrDefault(name, HOPELESS);
    };
  }

  private void walk(Rule rule) {
    steps++;
    switch (rule) {
      case Rule.Literal(String literal) -> text.append(literal);
      case Rule.CharacterSet(List<Integer> ranges) -> {
        int range = 2 * random.nextInt(ranges.size() / 2);
        int width = Math.min(80, ranges.get(range + 1) - ranges.get(range) + 1);
        text.appendCodePoint(ranges.get(range) + random.nextInt(width));
      }
      case Rule.Sequence(List<Rule> parts) -> parts.forEach(this::walk);
      case Rule.Choice(List<Rule> options) -> walk(chosen(options));
      case Rule.Repeat repeat -> {
        int most = repeat.maximum() == Rule.Repeat.UNBOUNDED ? 3 : repeat.maximum();
        int more =
            steps > STEPS
                ? 0
                : random.nextInt(1 + Math.max(0, Math.min(3, most - repeat.minimum())));
        for (int i = repeat.minimum() + more; i > 0; i--) {
          walk(repeat.body());
        }
      }
      case Rule.Reference(String name) ->
          walk(Optional.ofNullable(grammar.rules().get(name)).orElseThrow());
      case Rule.Marks _ -> throw new IllegalArgumentException("marks are written out");
      case Rule.Spelled(String spelled) -> walk(Spelling.rule(spelled));
      case Rule.Asked _ -> {}
      case Rule.Token _ -> throw new IllegalArgumentException("tokens have no text");
    }
  }

  private Rule chosen(List<Rule> options) {
    int lowest = options.stream().mapToInt(this::height).min().orElseThrow();
    List<Rule> possible =
        options.stream()
            .filter(option -> height(option) < HOPELESS)
            .filter(option -> steps <= STEPS || height(option) == lowest)
            .toList();
    return possible.get(random.nextInt(possible.size()));
  }
}
