package puna.grammar.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import puna.error.GrammarException;
import puna.grammar.Work;
import puna.grammar.schema.RuleDfa.Edge;

/// The sets of states that a text can lead to, as the states of an automaton. Only states with
/// edges and the last one count: the others have no text of their own.
final class Subsets {
  private static final long MOST_WORK = 20_000_000;

  private final RuleDfa nfa;
  private final int end;
  private final int[][] closures;
  private final int[] seen; // by state: the last round in which it was found
  private final int[] stack;
  private final NumberSequences sets = new NumberSequences();
  private final int[] found;
  private int count; // of the states found
  private int round;
  private long work;

  Subsets(RuleDfa nfa, int end) {
    this.nfa = nfa;
    this.end = end;
    this.closures = new int[nfa.size()][];
    this.seen = new int[nfa.size()];
    this.stack = new int[nfa.size()];
    this.found = new int[nfa.size()];
  }

  /// @throws GrammarException when there are too many
  Dfa from(int start) {
    DfaBuilder builder = new DfaBuilder();
    int[] first = closure(start);
    sets.place(first, first.length);
    for (int i = 0; i < sets.size(); i++) {
      int[] states = sets.get(i);
      builder.begin(Arrays.binarySearch(states, end) >= 0);
      List<Edge> out = new ArrayList<>();
      for (int state : states) {
        out.addAll(nfa.edges(state));
      }
      addEdges(out, builder);
    }
    return builder.build();
  }

  private void addEdges(List<Edge> out, DfaBuilder builder) {
    int[] cuts = cuts(out);
    int[][] targets = targets(out, cuts);
    int next = -1;
    for (int i = 0; i + 1 < cuts.length; i++) {
      if (targets[i].length == 0) {
        continue;
      }
      if (i == 0 || !Arrays.equals(targets[i], targets[i - 1])) {
        next = place(targets[i]);
      }
      builder.edge(cuts[i], cuts[i + 1] - 1, next);
    }
    Work.spend(out.size() + cuts.length);
    if (work > MOST_WORK) {
      throw new GrammarException("the expression takes too long to be made deterministic");
    }
  }

  private static int[] cuts(List<Edge> out) {
    int[] cuts = new int[2 * out.size()];
    for (int i = 0; i < out.size(); i++) {
      cuts[2 * i] = out.get(i).first();
      cuts[2 * i + 1] = out.get(i).last() + 1;
    }
    Arrays.sort(cuts);
    int count = 0;
    for (int i = 0; i < cuts.length; i++) {
      if (i == 0 || cuts[i] != cuts[i - 1]) {
        cuts[count++] = cuts[i];
      }
    }
    return Arrays.copyOf(cuts, count);
  }

  /// Where edges lead from each cut up to the next one, in the order of the edges.
  private int[][] targets(List<Edge> out, int[] cuts) {
    int[] counts = new int[cuts.length];
    for (Edge edge : out) {
      for (int i = Arrays.binarySearch(cuts, edge.first()); cuts[i] <= edge.last(); i++) {
        counts[i]++;
        work++;
      }
    }
    int[][] targets = new int[cuts.length][];
    for (int i = 0; i < cuts.length; i++) {
      targets[i] = new int[counts[i]];
    }
    for (Edge edge : out) {
      for (int i = Arrays.binarySearch(cuts, edge.first()); cuts[i] <= edge.last(); i++) {
        targets[i][targets[i].length - counts[i]--] = edge.target();
      }
    }
    return targets;
  }

  /// The number of the set of what some states lead to without a character.
  private int place(int[] states) {
    int[] set = states.length == 1 ? closure(states[0]) : union(states);
    int place = sets.place(set, states.length == 1 ? set.length : count);
    Dfa.checkSize(place);
    return place;
  }

  private int[] union(int[] states) {
    int[][] parts = new int[states.length][];
    for (int i = 0; i < states.length; i++) {
      parts[i] = closure(states[i]);
    }
    round++;
    count = 0;
    for (int[] part : parts) {
      work += part.length;
      for (int state : part) {
        if (seen[state] != round) {
          seen[state] = round;
          found[count++] = state;
        }
      }
    }
    Arrays.sort(found, 0, count);
    return found;
  }

  private int[] closure(int state) {
    int[] known = closures[state];
    if (known == null) {
      known = findClosure(state);
      closures[state] = known;
    }
    return known;
  }

  private int[] findClosure(int state) {
    round++;
    count = 0;
    int open = 0;
    seen[state] = round;
    stack[open++] = state;
    while (open > 0) {
      int next = stack[--open];
      work++;
      if (next == end || !nfa.edges(next).isEmpty()) {
        found[count++] = next;
      }
      for (int target : nfa.silent(next)) {
        if (seen[target] != round) {
          seen[target] = round;
          stack[open++] = target;
        }
      }
    }
    Arrays.sort(found, 0, count);
    return Arrays.copyOf(found, count);
  }
}
