package puna.model;

import puna.backend.Activations;

/// The second half of a layer.
interface FeedForward {
  /// Asks the system for the weights that it will use, where they stay in a mapped file and that is
  /// known before; returns at once.
  ///
  /// @param hidden about what it will be given; kept
  default void askAhead(Activations hidden) {}

  /// Whether `askAhead` does anything.
  default boolean asksAhead() {
    return false;
  }

  /// `x ← x + FFN(hidden)`.
  ///
  /// @param hidden the normalized input; overwritten
  void add(Activations x, Activations hidden);
}
