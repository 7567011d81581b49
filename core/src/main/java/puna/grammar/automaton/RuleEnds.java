package puna.grammar.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.grammar.Rule.Marks;

/// How far the end of its rule is from each node: the fewest bytes that lead there, by the marks
/// that are set.
///
/// In a rule with marks it matters which required ones are missing. In which order they come does
/// not, so the lowest one is taken to be next; when none is missing, nothing more is begun. Safe
/// for all threads.
public final class RuleEnds {
  public static final int NEVER = Integer.MAX_VALUE / 4;

  private static final int MOST_KEPT = 1 << 20;

  private final Network network;
  private final int[] least; // by node, as if every mark were as it should be
  private final int[] entries; // by rule
  private final int[] markedRule; // by node the rule with marks that it is of, or -1
  private final int[] place; // by node: its place among the nodes of such a rule, or its number
  private final Map<Integer, Marked> marked = new HashMap<>(); // by rule
  private int kept; // numbers in layers

  public RuleEnds(Network network) {
    this.network = network;
    this.least = new int[network.nodes];
    this.entries = new int[network.entries.length];
    this.markedRule = new int[network.nodes];
    Arrays.fill(least, NEVER);
    Arrays.fill(entries, NEVER);
    Arrays.fill(markedRule, -1);
    this.place = IntStream.range(0, network.nodes).toArray();
    int[] seenFrom = markedRule.clone();
    for (int rule = 0; rule < network.entries.length; rule++) {
      Marked found = marked(rule, seenFrom);
      if (found != null) {
        marked.put(rule, found);
        for (int i = 0; i < found.nodes.length; i++) {
          markedRule[found.nodes[i]] = rule;
          place[found.nodes[i]] = i;
        }
      }
    }
    int[] identity = IntStream.range(0, network.nodes).toArray();
    boolean changed = true;
    while (changed) {
      relax(least, identity);
      changed = false;
      for (int rule = 0; rule < entries.length; rule++) {
        int entry = network.entries[rule];
        Marked marks = marked.get(rule);
        int found = marks == null ? least[entry] : marks.layer(0)[place[entry]];
        changed |= found < entries[rule];
        entries[rule] = found;
      }
      marked.values().forEach(Marked::forget);
    }
  }

  /// The fewest bytes from a node to the end of its rule, in which some marks are set.
  public int toEnd(int node, long marks) {
    return markedRule[node] < 0 ? least[node] : toEndOfMarked(node, marks);
  }

  private synchronized int toEndOfMarked(int node, long marks) {
    if (kept > MOST_KEPT) {
      marked.values().forEach(Marked::forget);
      kept = 0;
    }
    Marked rule = marked.get(markedRule[node]);
    return rule == null ? NEVER : rule.toEnd(node, marks);
  }

  private void relax(int[] values, int[] identity) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int node = network.nodes - 1; node >= 0; node--) {
        int found = Math.min(around(node, values, identity), freeMarks(node, values));
        changed |= found < values[node];
        values[node] = found;
      }
    }
  }

  private int freeMarks(int node, int[] values) {
    int found = NEVER;
    for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
      found = Math.min(found, values[network.marks.get(e, 1)]);
    }
    return found;
  }

  /// By all edges but marks.
  private int around(int node, int[] values, int[] at) {
    int found = network.isEnd[node] ? 0 : values[at[node]];
    for (int e = network.skips.start(node); e < network.skips.end(node); e++) {
      found = Math.min(found, values[at[network.skips.get(e, 0)]]);
    }
    for (int e = network.bytes.start(node); e < network.bytes.end(node); e++) {
      found = Math.min(found, 1 + values[at[network.bytes.get(e, 2)]]);
    }
    for (int e = network.tokens.start(node); e < network.tokens.end(node); e++) {
      found = Math.min(found, 1 + values[at[network.tokens.get(e, 1)]]);
    }
    for (int e = network.calls.start(node); e < network.calls.end(node); e++) {
      int rule = network.calls.get(e, 0);
      int inside = marked.containsKey(rule) ? entries[rule] : least[network.entries[rule]];
      found = Math.min(found, inside + values[at[network.calls.get(e, 1)]]);
    }
    return found;
  }

  /// A rule with its marks, or null where it has none.
  private @Nullable Marked marked(int rule, int[] seenFrom) {
    List<Integer> nodes = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>();
    open.push(network.entries[rule]);
    long required = 0;
    long all = 0;
    while (!open.isEmpty()) {
      int node = open.pop();
      if (seenFrom[node] != rule) {
        seenFrom[node] = rule;
        nodes.add(node);
        for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
          Marks marks = network.markSets.get(network.marks.get(e, 0));
          required |= marks.present();
          all |= marks.added() | marks.absent();
        }
        pushTargets(node, open);
      }
    }
    return all == 0
        ? null
        : new Marked(nodes.stream().mapToInt(i -> i).sorted().toArray(), required, all);
  }

  private void pushTargets(int node, Deque<Integer> open) {
    push(network.skips, node, 0, open);
    push(network.marks, node, 1, open);
    push(network.bytes, node, 2, open);
    push(network.tokens, node, 1, open);
    push(network.calls, node, 1, open);
  }

  private static void push(Edges.ByNode edges, int node, int column, Deque<Integer> open) {
    for (int e = edges.start(node); e < edges.end(node); e++) {
      open.push(edges.get(e, column));
    }
  }

  /// A rule with marks.
  private final class Marked {
    private final int[] nodes;
    private final long required;
    private final long all;
    private final Map<Layer, int[]> layers = new HashMap<>();

    Marked(int[] nodes, long required, long all) {
      this.nodes = nodes;
      this.required = required;
      this.all = all;
    }

    void forget() {
      layers.clear();
    }

    int toEnd(int node, long marks) {
      int found = layer(marks)[place[node]];
      // what has begun may be another member than the next required one
      for (long rest = all & ~marks; found >= NEVER && rest != 0; rest &= rest - 1) {
        found = layer(new Layer(marks, Long.lowestOneBit(rest)))[place[node]];
      }
      return found;
    }

    int[] layer(long marks) {
      return layer(new Layer(marks, Long.lowestOneBit(required & ~marks)));
    }

    private int[] layer(Layer layer) {
      int[] known = layers.get(layer);
      if (known == null) {
        int[] behind = layer.next == 0 ? new int[0] : layer(layer.marks | layer.next);
        known = find(layer, behind);
        layers.put(layer, known);
        kept += known.length;
      }
      return known;
    }

    private int[] find(Layer layer, int[] behind) {
      int[] values = new int[nodes.length];
      Arrays.fill(values, NEVER);
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int i = nodes.length - 1; i >= 0; i--) {
          int node = nodes[i];
          int found = around(node, values, place);
          for (int e = network.marks.start(node); e < network.marks.end(node); e++) {
            Marks marks = network.markSets.get(network.marks.get(e, 0));
            if (layer.takes(marks)) {
              int target = network.marks.get(e, 1);
              int way =
                  marks.added() == 0
                      ? values[place[target]]
                      : layer.next == 0 ? least[target] : behind[place[target]];
              found = Math.min(found, way);
            }
          }
          changed |= found < values[i];
          values[i] = found;
        }
      }
      return values;
    }
  }

  /// What is left of a rule with marks.
  ///
  /// @param marks that are set
  /// @param next the mark to be set next; 0 where none must be
  private record Layer(long marks, long next) {
    boolean takes(Marks asked) {
      boolean isNext = next == 0 || asked.added() == 0 || asked.added() == next;
      return isNext && asked.allows(marks);
    }
  }
}
