package puna.grammar.mask;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Frame;
import puna.grammar.automaton.State;

/// The items of a state that have the same frame, to be looked at as far as a frame below them:
/// what a rule allows whoever called it. States of many depths and places share that, and with it
/// the mask of the tokens that stay inside.
///
/// @param nodes the nodes of the items, ascending
/// @param frame the frame of all of them
public record RelativeState(int[] nodes, Frame frame) {
  /// The items of a state by their frames.
  static Iterable<RelativeState> of(State state) {
    Map<Frame, RelativeState> parts = new LinkedHashMap<>();
    for (int i = 0; i < state.nodes.length; i++) {
      Frame frame = state.frames[i];
      if (!parts.containsKey(frame)) {
        int[] nodes =
            IntStream.range(i, state.nodes.length)
                .filter(j -> state.frames[j].number == frame.number)
                .map(j -> state.nodes[j])
                .toArray();
        parts.put(frame, new RelativeState(nodes, frame));
      }
    }
    return parts.values();
  }

  /// The only parent of a frame, or null.
  static @Nullable Frame parent(Frame frame) {
    return frame.parents.length == 1 ? frame.parents[0] : null;
  }

  /// The state of these items alone, in which `base` returns with [Frame#LEAVE].
  ///
  /// @param alike for each node the one that stands for it
  State above(Frame base, Automaton automaton, int[] alike) {
    Map<Frame, Frame> moved = new HashMap<>();
    moved.put(base, automaton.table().frame(new int[] {Frame.LEAVE}, new Frame[1], base.marks));
    Frame own = move(frame, moved, automaton, alike);
    int[] alikeNodes = Arrays.stream(nodes).map(node -> alike[node]).sorted().distinct().toArray();
    return automaton.state(alikeNodes, own);
  }

  private static Frame move(
      Frame frame, Map<Frame, Frame> moved, Automaton automaton, int[] alike) {
    Frame known = moved.get(frame);
    if (known != null) {
      return known;
    }
    int[] returns = new int[frame.returns.length];
    @Nullable Frame[] parents = new Frame[returns.length];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = frame.returns[i] < 0 ? frame.returns[i] : alike[frame.returns[i]];
      Frame parent = frame.parents[i];
      parents[i] = parent == null ? null : move(parent, moved, automaton, alike);
    }
    Frame result = automaton.table().frame(returns, parents, frame.marks);
    moved.put(frame, result);
    return result;
  }
}
