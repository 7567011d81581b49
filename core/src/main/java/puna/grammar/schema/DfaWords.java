package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import puna.grammar.Words;

/// The texts of an automaton, counted: endless where a state leads back to itself.
final class DfaWords implements Words {
  private static final long MANY = 1L << 40;

  private final Dfa dfa;
  private final long[] counts;

  DfaWords(Dfa dfa) {
    this.dfa = dfa;
    this.counts = counts(dfa);
  }

  private static long[] counts(Dfa dfa) {
    int size = dfa.size();
    long[] counts = new long[size];
    int[] open = new int[size];
    List<List<Integer>> sources = new ArrayList<>();
    for (int state = 0; state < size; state++) {
      sources.add(new ArrayList<>());
    }
    ArrayDeque<Integer> settled = new ArrayDeque<>();
    for (int state = 0; state < size; state++) {
      for (int target : dfa.targets(state)) {
        if (target != Dfa.DEAD) {
          open[state]++;
          sources.get(target).add(state);
        }
      }
      if (open[state] == 0) {
        settled.add(state);
      }
    }
    java.util.Arrays.fill(counts, ENDLESS);
    while (!settled.isEmpty()) {
      int state = settled.remove();
      counts[state] = count(dfa, state, counts);
      for (int source : sources.get(state)) {
        if (--open[source] == 0) {
          settled.add(source);
        }
      }
    }
    return counts;
  }

  private static long count(Dfa dfa, int state, long[] counts) {
    long count = dfa.accepts(state) ? 1 : 0;
    int[] starts = dfa.starts(state);
    for (int i = 0; i < starts.length; i++) {
      int target = dfa.targets(state)[i];
      if (target != Dfa.DEAD) {
        int end = i + 1 < starts.length ? starts[i + 1] : Dfa.LAST_CODE_POINT + 1;
        if (counts[target] >= MANY) {
          return ENDLESS;
        }
        count += counts[target] * (end - starts[i]);
      }
    }
    return count >= MANY ? ENDLESS : count;
  }

  @Override
  public int next(int state, int codePoint) {
    return dfa.next(state, codePoint);
  }

  @Override
  public long count(int state) {
    return state == DEAD ? 0 : counts[state];
  }

  @Override
  public boolean accepts(String text) {
    return dfa.accepts(text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DfaWords words && dfa.equals(words.dfa);
  }

  @Override
  public int hashCode() {
    return dfa.hashCode();
  }
}
