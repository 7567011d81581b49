package puna.grammar;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A state as far as one frame below all its items: what a rule allows whoever called it. States of
/// many depths and places share one, and with it the mask of the tokens that stay inside.
///
/// @param state the items with their frames down to the base, which returns with [Frame#LEAVE];
///   repetitions far from their bounds are made alike
/// @param base the frame that was cut off
record RelativeState(State state, Frame base) {
  private static final int MOST_CANDIDATES = 4;
  private static final int DEEPEST = 6;

  /// The base nearest to the items of a state, or null where they share none nearby.
  static @Nullable Frame base(State state) {
    if (state.isStuck()) {
      return null;
    }
    @Nullable Frame candidate = state.frames[0];
    for (int i = 0; i < MOST_CANDIDATES && candidate != null; i++) {
      if (allStandOn(state, candidate)) {
        return candidate;
      }
      candidate = parent(candidate);
    }
    return null;
  }

  /// The only parent of a frame, or null.
  static @Nullable Frame parent(Frame frame) {
    return frame.parents.length == 1 ? frame.parents[0] : null;
  }

  private static boolean allStandOn(State state, Frame base) {
    for (Frame frame : state.frames) {
      if (!standsOn(frame, base, DEEPEST)) {
        return false;
      }
    }
    return true;
  }

  private static boolean standsOn(@Nullable Frame frame, Frame base, int depth) {
    if (frame == base) {
      return true;
    }
    if (frame == null || depth == 0) {
      return false;
    }
    for (Frame parent : frame.parents) {
      if (!standsOn(parent, base, depth - 1)) {
        return false;
      }
    }
    return true;
  }

  /// @param alike for each node the one that stands for it
  static RelativeState of(State state, Frame base, Automaton automaton, int[] alike) {
    Map<Frame, Frame> moved = new IdentityHashMap<>();
    moved.put(base, automaton.table().frame(new int[] {Frame.LEAVE}, new Frame[1]));
    Closure closure = automaton.closure();
    for (int i = 0; i < state.nodes.length; i++) {
      closure.add(alike[state.nodes[i]], move(state.frames[i], moved, automaton, alike));
    }
    return new RelativeState(closure.state(), base);
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
      returns[i] = alike[frame.returns[i]];
      Frame parent = frame.parents[i];
      parents[i] = parent == null ? null : move(parent, moved, automaton, alike);
    }
    Frame result = automaton.table().frame(returns, parents);
    moved.put(frame, result);
    return result;
  }
}
