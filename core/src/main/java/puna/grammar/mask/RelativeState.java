package puna.grammar.mask;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  static Collection<RelativeState> of(State state) {
    Frame[] frames = state.frames;
    if (frames.length > 0 && haveAll(frames, frames[0])) { // nearly always
      return List.of(new RelativeState(state.nodes, frames[0]));
    }
    Map<Frame, RelativeState> parts = new LinkedHashMap<>();
    for (int i = 0; i < frames.length; i++) {
      if (!parts.containsKey(frames[i])) {
        parts.put(frames[i], new RelativeState(nodes(state, i), frames[i]));
      }
    }
    return parts.values();
  }

  private static boolean haveAll(Frame[] frames, Frame one) {
    for (Frame frame : frames) {
      if (frame.number != one.number) {
        return false;
      }
    }
    return true;
  }

  /// Those with the frame of item `first` and none before it.
  private static int[] nodes(State state, int first) {
    int[] nodes = new int[state.nodes.length - first];
    int count = 0;
    for (int i = first; i < state.nodes.length; i++) {
      if (state.frames[i].number == state.frames[first].number) {
        nodes[count++] = state.nodes[i];
      }
    }
    return Arrays.copyOf(nodes, count);
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
    return automaton.state(alike(nodes, alike), own);
  }

  /// What stands for nodes, ascending, each once.
  private static int[] alike(int[] nodes, int[] alike) {
    int[] found = new int[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      found[i] = alike[nodes[i]];
    }
    Arrays.sort(found);
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (i == 0 || found[i] != found[i - 1]) {
        found[count++] = found[i];
      }
    }
    return Arrays.copyOf(found, count);
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
