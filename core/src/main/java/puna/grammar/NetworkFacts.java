package puna.grammar;

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
    boolean[] reached = network.isEnd.clone();
    Deque<Integer> open = new ArrayDeque<>();
    for (int node = 0; node < reached.length; node++) {
      if (reached[node]) {
        open.push(node);
      }
    }
    while (!open.isEmpty()) {
      int node = open.pop();
      reachAll(backwards, node, reached, open);
      reachAll(reading, node, reached, open);
      for (int e = returns.start(node); e < returns.end(node); e++) {
        if (reached[network.entries[returns.get(e, 1)]]) {
          reach(returns.get(e, 0), reached, open);
        }
      }
      int rule = ruleOfEntry[node];
      for (int e = rule < 0 ? 0 : callers.start(rule);
          e < (rule < 0 ? 0 : callers.end(rule));
          e++) {
        if (reached[callers.get(e, 1)]) {
          reach(callers.get(e, 0), reached, open);
        }
      }
    }
    return reached;
  }

  private static void reachAll(
      Edges.ByNode edges, int node, boolean[] reached, Deque<Integer> open) {
    for (int e = edges.start(node); e < edges.end(node); e++) {
      reach(edges.get(e, 0), reached, open);
    }
  }

  private static void reach(int node, boolean[] reached, Deque<Integer> open) {
    if (!reached[node]) {
      reached[node] = true;
      open.push(node);
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
    Deque<Integer> open = new ArrayDeque<>();
    open.push(network.entries[rule]);
    while (!open.isEmpty()) {
      int node = open.pop();
      if (seenFrom[node] == rule) {
        continue;
      }
      seenFrom[node] = rule; // a rule's nodes are its own, and each rule is asked for once
      for (int e = network.skips.start(node); e < network.skips.end(node); e++) {
        open.push(network.skips.get(e, 0));
      }
      for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
        open.push(network.marks.get(e, 1));
      }
      for (int e = network.calls.start(node); e < network.calls.end(node); e++) {
        corners.add(network.calls.get(e, 0));
        if (nullable[network.calls.get(e, 0)]) {
          open.push(network.calls.get(e, 1));
        }
      }
    }
    return corners.stream().mapToInt(Integer::intValue).toArray();
  }
}
