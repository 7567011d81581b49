package puna;

/// The number format in which keys and values of the context are kept.
public enum KvPrecision {
  /// Half precision: the default.
  F16,
  /// Single precision: twice the memory.
  F32,
  /// Eight bits with a scale for every 32 numbers: a little over half the memory of F16, and less
  /// exact.
  Q8_0
}
