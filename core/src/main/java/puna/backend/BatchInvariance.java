package puna.backend;

/// Whether a token's results depend on what is computed beside it.
public enum BatchInvariance {
  /// They may, within the precision of the number formats: the fastest way for each step.
  NOT_NEEDED,
  /// They are the same to the last bit, alone and among others.
  NEEDED
}
