package puna.grammar.automaton;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.Demand;
import puna.grammar.Grammar;
import puna.grammar.LeftCorners;
import puna.grammar.Rule;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;
import puna.grammar.Spelling;

/// Lays a grammar out as a [Network]: each rule a graph from its entry to its end.
///
/// Small rules that are not recursive are laid out where they are used; others are called. A part
/// is laid out between two given nodes; it adds edges out of the first and into the second only, so
/// that parts can share nodes. What loops has nodes of its own.
final class NetworkBuilder {
  private static final int MOST_NODES = 1_000_000;
  private static final int LAST_ASCII = 0x7F;
  private static final int LARGEST_WRITTEN_OUT = 8192;

  private final Map<String, Rule> rules;
  private final Set<String> nullable;
  private final RuleSizes sizes;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Rule, Integer> shared = new HashMap<>();
  private final Map<Integer, Integer> escapes = new HashMap<>(); // by character
  private final List<Rule> bodies = new ArrayList<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private final NetworkParts parts = new NetworkParts();
  private final Map<Long, Integer> suffixes = new HashMap<>(); // nodes before rests of characters
  private final Map<Before, Integer> before = new HashMap<>();

  private NetworkBuilder(Grammar grammar, LeftCorners corners) {
    this.rules = grammar.rules();
    this.nullable = corners.nullable();
    this.sizes = new RuleSizes(grammar);
  }

  /// @throws GrammarException when the grammar is left recursive, refers to what it lacks or is too
  ///   large
  static Network build(Grammar grammar) {
    NetworkBuilder builder = new NetworkBuilder(grammar, LeftCorners.of(grammar));
    builder.call(grammar.root());
    while (!builder.open.isEmpty()) {
      builder.layOutRule(builder.open.pop());
    }
    return new Network(builder.parts);
  }

  private int call(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      number = open(rules.getOrDefault(name, new Choice(List.of())));
      numbers.put(name, number);
    }
    return number;
  }

  private int open(Rule body) {
    int number = bodies.size();
    bodies.add(body);
    open.push(number);
    return number;
  }

  private int node() {
    if (parts.nodes() >= MOST_NODES) {
      throw new GrammarException(
          "the grammar with its repetitions written out is larger than %s states"
              .formatted(MOST_NODES));
    }
    return parts.node();
  }

  private void layOutRule(int number) {
    int entry = node();
    int end = node();
    parts.rule(number, entry, end);
    if (bodies.get(number) instanceof Sequence(List<Rule> inner)) {
      sequence(inner, entry, end); // a shared sequence would call itself
    } else {
      layOut(bodies.get(number), entry, end);
    }
  }

  private void layOut(Rule rule, int from, int to) {
    switch (rule) {
      case Literal(String text) -> literal(text, from, to);
      case CharacterSet(List<Integer> ranges) -> characters(ranges, from, to);
      case Sequence(List<Rule> inner) -> {
        if (sizes.isRepeated(rule)) {
          parts.call(from, shared(rule), to);
        } else {
          sequence(inner, from, to);
        }
      }
      case Choice(List<Rule> options) -> options.forEach(option -> layOut(option, from, to));
      case Repeat repeat -> repeat(repeat, from, to);
      case Reference(String name) -> {
        if (sizes.isInlined(name)) {
          layOut(rules.getOrDefault(name, new Choice(List.of())), from, to);
        } else {
          parts.call(from, call(name), to);
        }
      }
      case Token token -> parts.token(from, token, to);
      case Marks marks -> parts.marks(from, marks, to);
      case Rule.Spelled(String text) -> spelled(text, from, to);
      case Rule.Asked(Demand demand) -> {
        int asked = node();
        parts.skip(from, asked);
        parts.demand(asked, demand);
        parts.skip(asked, to);
      }
    }
  }

  private void literal(String text, int from, int to) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      parts.skip(from, to);
    }
    int at = from;
    for (int i = 0; i < bytes.length; i++) {
      int next = i == bytes.length - 1 ? to : node();
      parts.bytes(at, bytes[i] & 0xFF, bytes[i] & 0xFF, next);
      at = next;
    }
  }

  private void spelled(String text, int from, int to) {
    int[] characters = text.codePoints().toArray();
    int at = from;
    for (int i = 0; i < characters.length; i++) {
      int next = i == characters.length - 1 ? to : node();
      String plain = Spelling.plain(characters[i]);
      if (!plain.isEmpty()) {
        literal(plain, at, next);
      }
      int escaped = node();
      parts.bytes(at, '\\', '\\', escaped);
      parts.call(escaped, behindBackslash(characters[i]), next);
      at = next;
    }
    if (characters.length == 0) {
      parts.skip(from, to);
    }
  }

  private int behindBackslash(int character) {
    Integer number = escapes.get(character);
    if (number == null) {
      number = shared(Spelling.behindBackslash(character));
      escapes.put(character, number);
    }
    return number;
  }

  private void characters(List<Integer> ranges, int from, int to) {
    boolean allBeyond = PlainText.isBeyondAsciiIn(ranges);
    int plainEdges = 0;
    int beyondEdges = 0;
    for (int i = 0; i < ranges.size(); i += 2) {
      int first = ranges.get(i);
      int last = ranges.get(i + 1);
      if (first <= LAST_ASCII) {
        int lastAscii = Math.min(last, LAST_ASCII);
        parts.bytes(from, first, lastAscii, to);
        plainEdges += PlainText.hasFirst(first, lastAscii) ? 1 : 0;
      }
      if (last > LAST_ASCII && !allBeyond) {
        beyondEdges += sequences(Utf8Ranges.of(Math.max(first, LAST_ASCII + 1), last), from, to);
      }
    }
    if (allBeyond) {
      beyondEdges = sequences(Utf8Ranges.BEYOND_ASCII, from, to);
      parts.beyondAscii.add(from, to, beyondEdges);
    }
    if (PlainText.isIn(ranges)) {
      parts.plain.add(from, to, plainEdges + beyondEdges);
    }
  }

  /// @return how many there are
  private int sequences(List<int[]> sequences, int from, int to) {
    for (int[] sequence : sequences) {
      parts.bytes(from, sequence[0], sequence[1], suffix(sequence, 2, to));
    }
    return sequences.size();
  }

  /// The node before the bytes of a sequence from an index on; equal rests share it.
  private int suffix(int[] bounds, int index, int to) {
    if (index == bounds.length) {
      return to;
    }
    long key = 1; // then six bits of each bound, for all are 0x80 to 0xBF
    for (int i = index; i < bounds.length; i++) {
      key = key << 6 | bounds[i] & 0x3F;
    }
    key = key << 20 | to; // see MOST_NODES
    Integer known = suffixes.get(key);
    if (known == null) {
      known = node();
      suffixes.put(key, known);
      parts.bytes(known, bounds[index], bounds[index + 1], suffix(bounds, index + 2, to));
    }
    return known;
  }

  private int shared(Rule rule) {
    Integer number = shared.get(rule);
    if (number == null) {
      number = open(rule);
      shared.put(rule, number);
    }
    return number;
  }

  private void sequence(List<Rule> inner, int from, int to) {
    if (inner.isEmpty()) {
      parts.skip(from, to);
      return;
    }
    int next = to;
    for (int i = inner.size() - 1; i > 0; i--) {
      next = before(inner.get(i), next);
    }
    layOut(inner.getFirst(), from, next);
  }

  /// The node from which a part leads to another node; equal calls to one node share it.
  private int before(Rule part, int to) {
    if (!(part instanceof Reference reference)) {
      int node = node();
      layOut(part, node, to);
      return node;
    }
    Before key = new Before(reference.name(), to);
    Integer known = before.get(key);
    if (known == null) {
      known = node();
      before.put(key, known);
      layOut(part, known, to);
    }
    return known;
  }

  private void repeat(Repeat repeat, int from, int to) {
    int maximum = repeat.maximum();
    boolean nullableBody = LeftCorners.isNullable(repeat.body(), nullable);
    int minimum = nullableBody ? 0 : repeat.minimum(); // an empty round is a round
    if (repeat.minimum() < 0 || maximum < Repeat.UNBOUNDED) {
      throw new GrammarException("a repetition's bounds may not be negative: " + repeat);
    }
    if (maximum == 0) {
      parts.skip(from, to);
      return;
    }
    int rounds = Math.max(minimum, maximum);
    Rule body = repeat.body();
    int number = -1;
    if (rounds > 1 && (long) rounds * sizes.size(body, LARGEST_WRITTEN_OUT) > LARGEST_WRITTEN_OUT) {
      number = shared(body);
    }
    Round round = new Round(body, number);
    if (maximum == Repeat.UNBOUNDED) {
      loop(round, minimum, from, to);
    } else {
      counted(round, new int[] {minimum, maximum}, from, to);
    }
  }

  private void loop(Round round, int minimum, int from, int to) {
    int at = minimum > 1 ? copies(round, new int[] {minimum - 1, minimum - 1}, from, to) : from;
    int start = node();
    int end = minimum > 0 ? node() : start;
    parts.skip(at, start);
    layOut(round, start, end);
    if (end != start) {
      parts.skip(end, start);
    }
    parts.skip(end, to);
  }

  private void counted(Round round, int[] bounds, int from, int to) {
    int end = copies(round, bounds, from, to);
    parts.skip(end, to);
  }

  /// Writes a body out `bounds[1]` times, of which `bounds[0]` must come.
  ///
  /// @return the node behind the last
  private int copies(Round round, int[] bounds, int from, int to) {
    int first = parts.nodes();
    int at = from;
    for (int i = 0; i < bounds[1]; i++) {
      int next = node();
      if (i >= bounds[0]) {
        parts.skip(at, to);
      }
      layOut(round, at, next);
      at = next;
    }
    int stride = (parts.nodes() - first) / bounds[1];
    if (stride * bounds[1] == parts.nodes() - first) {
      parts.chain(new Chain(first, stride, bounds[0], bounds[1]));
    }
    return at;
  }

  private void layOut(Round round, int from, int to) {
    if (round.rule >= 0) {
      parts.call(from, round.rule, to);
    } else {
      layOut(round.body, from, to);
    }
  }

  /// The call of a rule before a node.
  private record Before(String rule, int to) {
    @Override
    public int hashCode() {
      return 31 * rule.hashCode() + to;
    }
  }

  /// The body of a repetition, called where `rule` is not negative.
  private record Round(Rule body, int rule) {}
}
