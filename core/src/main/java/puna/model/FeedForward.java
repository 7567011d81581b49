package puna.model;

import puna.backend.Activations;

/// The second half of a layer.
interface FeedForward {
  /// `x ← x + FFN(hidden)`.
  ///
  /// @param hidden the normalized input; overwritten
  void add(Activations x, Activations hidden);
}
