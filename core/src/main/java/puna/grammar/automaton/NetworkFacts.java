package puna.grammar.automaton;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/// What follows from a network's edges: which nodes are live, which rules may be empty, which rule
/// stands at the left edge of which.
final class NetworkFacts {
  private final Network network;
  private final Edges.ByNode backwards; // by target: source
  private final Edges.ByNode returns; // by node to return to: calling node, rule
  private final Edges.ByNode callers; // by rule: calling node, node to return to
  private final int[] ruleOfEntry; // by node, -1 where it is no entry
  private int[] left = new int[16]; // nodes to be looked at
  private final int[] seenFrom; // by node: the rule whose left edge it was last found at

  NetworkFacts(Network network) {
    this.network = network;
    Edges back = new Edges(1);
    Edges returning = new Edges(2);
    Edges calling = new Edges(2);
    for (int node = 0; node < network.nodes; node++) {
      Edges.ByNode calls = network.calls;
      for (int e = calls.start(node); e < calls.end(node); e++) {
        returning.add(calls.get(e, 1), node, calls.get(e, 0));
        calling.add(calls.get(e, 0), node, calls.get(e, 1));
      }
      for (int e = network.skips.start(node); e < network.skips.end(node); e++) {
        back.add(network.skips.get(e, 0), node);
      }
      for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
        back.add(network.marks.get(e, 1), node); // there is always a way on: see Rule.Marks
      }
    }
    backwards = back.byNode(network.nodes);
    returns = returning.byNode(network.nodes);
    callers = calling.byNode(network.entries.length);
    ruleOfEntry = new int[network.nodes];
    Arrays.fill(ruleOfEntry, -1);
    seenFrom = ruleOfEntry.clone();
    for (int rule = 0; rule < network.entries.length; rule++) {
      ruleOfEntry[network.entries[rule]] = rule;
    }
  }

  /// The nodes from which the end of their rule can be reached.
  boolean[] live() {
    Edges reading = new Edges(1);
    for (int node = 0; node < network.nodes; node++) {
      for (int e = network.bytes.start(node); e < network.bytes.end(node); e++) {
        reading.add(network.bytes.get(e, 2), node);
      }
      for (int e = network.tokens.start(node); e < network.tokens.end(node); e++) {
        reading.add(network.tokens.get(e, 1), node);
      }
    }
    return reachEnd(reading.byNode(network.nodes));
  }

  /// The rules whose end can be reached without a byte.
  boolean[] nullable() {
    boolean[] empty = reachEnd(new Edges(1).byNode(network.nodes));
    boolean[] nullable = new boolean[network.entries.length];
    for (int rule = 0; rule < nullable.length; rule++) {
      nullable[rule] = empty[network.entries[rule]];
    }
    return nullable;
  }

  private boolean[] reachEnd(Edges.ByNode reading) {
    Reached reached = new Reached(network.nodes);
    for (int node = 0; node < network.nodes; node++) {
      if (network.isEnd[node]) {
        reached.add(node);
      }
    }
    while (reached.open > 0) {
      int node = reached.nodes[--reached.open];
      reached.addAll(backwards, node);
      reached.addAll(reading, node);
      for (int e = returns.start(node); e < returns.end(node); e++) {
        if (reached.all[network.entries[returns.get(e, 1)]]) {
          reached.add(returns.get(e, 0));
        }
      }
      int rule = ruleOfEntry[node];
      for (int e = rule < 0 ? 0 : callers.start(rule);
          e < (rule < 0 ? 0 : callers.end(rule));
          e++) {
        if (reached.all[callers.get(e, 1)]) {
          reached.add(callers.get(e, 0));
        }
      }
    }
    return reached.all;
  }

  /// Nodes that were reached, and those of them that are still to be looked at.
  private static final class Reached {
    private final boolean[] all;
    private final int[] nodes;
    private int open;

    Reached(int size) {
      this.all = new boolean[size];
      this.nodes = new int[size];
    }

    void add(int node) {
      if (!all[node]) {
        all[node] = true;
        nodes[open++] = node;
      }
    }

    void addAll(Edges.ByNode edges, int node) {
      for (int e = edges.start(node); e < edges.end(node); e++) {
        add(edges.get(e, 0));
      }
    }
  }

  /// Depth first, without recursion of our own.
  int[] order(boolean[] nullable) {
    int rules = network.entries.length;
    int[][] corners = new int[rules][];
    int[] order = new int[rules];
    int[] next = new int[rules];
    int place = rules;
    for (int start = 0; start < rules; start++) {
      Deque<Integer> path = new ArrayDeque<>();
      if (corners[start] == null) {
        path.push(start);
      }
      while (!path.isEmpty()) {
        int rule = path.peek();
        if (corners[rule] == null) {
          corners[rule] = corners(rule, nullable);
        }
        if (next[rule] < corners[rule].length) {
          int corner = corners[rule][next[rule]++];
          if (corners[corner] == null) {
            path.push(corner);
          }
        } else {
          path.pop();
          order[rule] = --place;
        }
      }
    }
    return order;
  }

  private int[] corners(int rule, boolean[] nullable) {
    Set<Integer> corners = new TreeSet<>();
    int open = 0;
    left = push(left, open++, network.entries[rule]);
    while (open > 0) {
      int node = left[--open];
      if (seenFrom[node] == rule) {
        continue;
      }
      seenFrom[node] = rule; // a rule's nodes are its own, and each rule is asked for once
      for (int e = network.skips.start(node); e < network.skips.end(node); e++) {
        left = push(left, open++, network.skips.get(e, 0));
      }
      for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
        left = push(left, open++, network.marks.get(e, 1));
      }
      for (int e = network.calls.start(node); e < network.calls.end(node); e++) {
        corners.add(network.calls.get(e, 0));
        if (nullable[network.calls.get(e, 0)]) {
          left = push(left, open++, network.calls.get(e, 1));
        }
      }
    }
    int[] sorted = new int[corners.size()];
    int count = 0;
    for (int corner : corners) {
      sorted[count++] = corner;
    }
    return sorted;
  }

  private static int[] push(int[] stack, int count, int node) {
    int[] room = count < stack.length ? stack : Arrays.copyOf(stack, 2 * count);
    room[count] = node;
    return room;
  }
}
