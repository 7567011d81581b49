package puna.model;

/// What becomes of the heads of queries and keys once they are turned by their positions.
public enum HeadNorm {
  /// They stay as they are.
  NONE,
  /// Each head is divided by the root of its mean square; there are no gains.
  RMS
}
