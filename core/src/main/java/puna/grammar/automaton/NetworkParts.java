package puna.grammar.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import puna.grammar.Demand;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Token;
import puna.grammar.Work;

/// The nodes and edges of a [Network] under construction.
final class NetworkParts {
  final Edges skips = new Edges(1); // target
  final Edges bytes = new Edges(3); // first byte, last byte, target
  final Edges plain = new Edges(2); // target, number of edges for the first byte
  final Edges beyondAscii = new Edges(2); // the same
  final Edges calls = new Edges(2); // rule, node to return to
  final Edges tokens = new Edges(2); // number of the token reference, target
  final Edges marks = new Edges(2); // number of the marks, target
  final List<Marks> markSets = new ArrayList<>();
  final List<Token> tokenReferences = new ArrayList<>();
  final List<Demand> demands = new ArrayList<>();
  private final Map<Demand, Integer> demandNumbers = new HashMap<>();
  private final Map<Integer, Integer> demandAt = new HashMap<>(); // by node
  final List<Chain> chains = new ArrayList<>(); // a chain inside another stands before it
  private int[] entries = new int[16];
  private int[] ends = new int[16];
  private int rules;
  private int nodes;

  int node() {
    Work.spend(2);
    return nodes++;
  }

  int nodes() {
    return nodes;
  }

  void rule(int number, int entry, int end) {
    if (number >= entries.length) {
      entries = Arrays.copyOf(entries, Math.max(2 * entries.length, number + 1));
      ends = Arrays.copyOf(ends, entries.length);
    }
    entries[number] = entry;
    ends[number] = end;
    rules = Math.max(rules, number + 1);
  }

  int[] entries() {
    return Arrays.copyOf(entries, rules);
  }

  int[] ends() {
    return Arrays.copyOf(ends, rules);
  }

  void skip(int from, int to) {
    if (from != to) {
      skips.add(from, to);
    }
  }

  void bytes(int from, int first, int last, int to) {
    Work.spend(1);
    bytes.add(from, first, last, to);
  }

  void call(int from, int rule, int returnTo) {
    calls.add(from, rule, returnTo);
  }

  void token(int from, Token token, int to) {
    int number = tokenReferences.indexOf(token);
    if (number < 0) {
      number = tokenReferences.size();
      tokenReferences.add(token);
    }
    tokens.add(from, number, to);
  }

  void marks(int from, Marks asked, int to) {
    marks.add(from, markSets.size(), to);
    markSets.add(asked);
  }

  void demand(int node, Demand demand) {
    Integer number = demandNumbers.get(demand);
    if (number == null) {
      number = demands.size();
      demandNumbers.put(demand, number);
      demands.add(demand);
    }
    demandAt.put(node, number);
  }

  /// By node, or -1; none where nothing is asked.
  int[] demandAt() {
    int[] numbers = new int[demands.isEmpty() ? 0 : nodes];
    Arrays.fill(numbers, -1);
    demandAt.forEach((node, number) -> numbers[node] = number);
    return numbers;
  }

  void chain(Chain chain) {
    chains.add(chain);
  }
}
