package puna.grammar.schema;

import java.util.Arrays;
import java.util.Optional;
import puna.grammar.Work;

/// States that no text tells apart become one: from the last to the first where no state leads back
/// to another, and by Moore's partition refinement elsewhere, from the length of their shortest
/// texts on. The blocks are numbered as a walk from the first state meets them, so that equal sets
/// give equal automata.
final class DfaMinimizer {
  private static final int FAR = Dfa.DEAD;

  private final Dfa dfa;
  private int[] block;
  private int[] signature = new int[16];

  DfaMinimizer(Dfa dfa) {
    this.dfa = dfa;
    this.block = new int[dfa.size()];
  }

  Dfa minimal() {
    int[] distance = distances();
    if (distance[0] == FAR) {
      return Dfa.NONE;
    }
    boolean[] live = new boolean[distance.length];
    int farthest = 0;
    for (int state = 0; state < live.length; state++) {
      live[state] = distance[state] != FAR;
      farthest = Math.max(farthest, distance[state]);
    }
    Optional<int[]> order = new StateOrder(dfa, live).lastFirst();
    if (order.isPresent()) {
      block = new OnePass(dfa, live).blocks(order.get());
      return rebuilt();
    }
    block = distance; // states at different distances have different texts
    int blocks = farthest + 1;
    while (true) {
      NumberSequences numbers = new NumberSequences();
      Work.spend(2L * block.length);
      int[] refined = new int[block.length];
      for (int state = 0; state < block.length; state++) {
        refined[state] = live[state] ? number(state, numbers) : Dfa.DEAD;
      }
      block = refined;
      if (numbers.size() == blocks) {
        return rebuilt();
      }
      blocks = numbers.size();
    }
  }

  private int number(int state, NumberSequences numbers) {
    int[] starts = dfa.starts(state);
    int[] targets = dfa.targets(state);
    if (signature.length < 1 + 2 * starts.length) {
      signature = new int[2 + 4 * starts.length];
    }
    int length = 0;
    signature[length++] = block[state];
    int before = Integer.MIN_VALUE;
    for (int i = 0; i < starts.length; i++) {
      int target = targets[i] == Dfa.DEAD ? Dfa.DEAD : block[targets[i]];
      if (target != before) {
        signature[length++] = starts[i];
        signature[length++] = target;
        before = target;
      }
    }
    return numbers.place(signature, length);
  }

  /// The length of the shortest text from each state, [#FAR] where there is none.
  private int[] distances() {
    int size = dfa.size();
    int[] begin = beginnings();
    int[] sources = sources(begin);
    int[] open = new int[size];
    int found = 0;
    int[] distance = new int[size];
    for (int state = 0; state < size; state++) {
      distance[state] = dfa.accepts(state) ? 0 : FAR;
      if (dfa.accepts(state)) {
        open[found++] = state;
      }
    }
    for (int next = 0; next < found; next++) {
      int state = open[next];
      for (int i = begin[state]; i < begin[state + 1]; i++) {
        if (distance[sources[i]] == FAR) {
          distance[sources[i]] = distance[state] + 1;
          open[found++] = sources[i];
        }
      }
    }
    return distance;
  }

  /// Where the sources of each state begin, and where those of the last one end.
  private int[] beginnings() {
    int size = dfa.size();
    int[] begin = new int[size + 1];
    for (int state = 0; state < size; state++) {
      for (int target : dfa.targets(state)) {
        if (target != Dfa.DEAD) {
          begin[target + 1]++;
        }
      }
    }
    for (int state = 0; state < size; state++) {
      begin[state + 1] += begin[state];
    }
    return begin;
  }

  private int[] sources(int[] begin) {
    int[] sources = new int[begin[dfa.size()]];
    int[] place = begin.clone();
    for (int state = 0; state < dfa.size(); state++) {
      for (int target : dfa.targets(state)) {
        if (target != Dfa.DEAD) {
          sources[place[target]++] = state;
        }
      }
    }
    return sources;
  }

  private Dfa rebuilt() {
    int[] order = new int[block.length]; // of each block: its new number
    Arrays.fill(order, Dfa.DEAD);
    int[] states = new int[block.length];
    int count = 1;
    order[block[0]] = 0;
    DfaBuilder builder = new DfaBuilder();
    for (int i = 0; i < count; i++) {
      int state = states[i];
      builder.begin(dfa.accepts(state));
      int[] starts = dfa.starts(state);
      int[] targets = dfa.targets(state);
      for (int range = 0; range < starts.length; range++) {
        int target = targets[range];
        if (target == Dfa.DEAD || block[target] == Dfa.DEAD) {
          continue;
        }
        if (order[block[target]] == Dfa.DEAD) {
          order[block[target]] = count;
          states[count++] = target;
        }
        int last = range + 1 < starts.length ? starts[range + 1] - 1 : Dfa.LAST_CODE_POINT;
        builder.edge(starts[range], last, order[block[target]]);
      }
    }
    return builder.build();
  }
}
