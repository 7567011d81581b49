package puna;

/// The number format in which keys and values of the context are kept.
public enum KvPrecision {
  /// Half precision: the default.
  F16,
  /// Single precision: twice the memory.
  F32
}
