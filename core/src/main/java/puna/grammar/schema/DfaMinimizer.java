package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// States that no text tells apart become one: from the last to the first where no state leads back
/// to another, and by Moore's partition refinement elsewhere, which takes a round for each step of
/// the longest text. The blocks are numbered as a walk from the first state meets them, so that
/// equal sets give equal automata.
final class DfaMinimizer {
  private final Dfa dfa;
  private int[] block;

  DfaMinimizer(Dfa dfa) {
    this.dfa = dfa;
    this.block = new int[dfa.size()];
  }

  record Signature(int[] numbers) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Signature signature && Arrays.equals(numbers, signature.numbers);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(numbers);
    }
  }

  Dfa minimal() {
    boolean[] live = live();
    if (!live[0]) {
      return Dfa.NONE;
    }
    Optional<int[]> order = new StateOrder(dfa, live).lastFirst();
    if (order.isPresent()) {
      block = new OnePass(dfa, live).blocks(order.get());
      return rebuilt();
    }
    for (int state = 0; state < block.length; state++) {
      block[state] = live[state] ? dfa.accepts(state) ? 1 : 0 : Dfa.DEAD;
    }
    int blocks = 0;
    while (true) {
      Map<Signature, Integer> numbers = new HashMap<>();
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

  private int number(int state, Map<Signature, Integer> numbers) {
    int[] starts = dfa.starts(state);
    int[] targets = dfa.targets(state);
    int[] signature = new int[1 + 2 * starts.length];
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
    return numbers.computeIfAbsent(
        new Signature(Arrays.copyOf(signature, length)), key -> numbers.size());
  }

  /// Which states a text can still be completed from.
  private boolean[] live() {
    List<List<Integer>> sources = new ArrayList<>();
    for (int state = 0; state < dfa.size(); state++) {
      sources.add(new ArrayList<>());
    }
    ArrayDeque<Integer> open = new ArrayDeque<>();
    boolean[] live = new boolean[dfa.size()];
    for (int state = 0; state < dfa.size(); state++) {
      for (int target : dfa.targets(state)) {
        if (target != Dfa.DEAD) {
          sources.get(target).add(state);
        }
      }
      if (dfa.accepts(state)) {
        live[state] = true;
        open.add(state);
      }
    }
    while (!open.isEmpty()) {
      for (int source : sources.get(open.remove())) {
        if (!live[source]) {
          live[source] = true;
          open.add(source);
        }
      }
    }
    return live;
  }

  private Dfa rebuilt() {
    Map<Integer, Integer> order = new HashMap<>();
    List<Integer> states = new ArrayList<>();
    order.put(block[0], 0);
    states.add(0);
    DfaBuilder builder = new DfaBuilder();
    for (int i = 0; i < states.size(); i++) {
      int state = states.get(i);
      builder.begin(dfa.accepts(state));
      int[] starts = dfa.starts(state);
      for (int range = 0; range < starts.length; range++) {
        int target = dfa.targets(state)[range];
        if (target == Dfa.DEAD || block[target] == Dfa.DEAD) {
          continue;
        }
        Integer number = order.get(block[target]);
        if (number == null) {
          number = states.size();
          order.put(block[target], number);
          states.add(target);
        }
        int last = range + 1 < starts.length ? starts[range + 1] - 1 : Dfa.LAST_CODE_POINT;
        builder.edge(starts[range], last, number);
      }
    }
    return builder.build();
  }
}
