package puna;

/// The number format of the KV cache.
public enum KvPrecision {
  /// Half precision (16 bits): the default.
  F16,
  /// Single precision (32 bits): twice the memory of F16.
  F32,
  /// Eight bits and a scale for every 32 numbers: slightly more than half the memory of F16, and
  /// less exact.
  Q8_0,
  /// Four bits and a scale for every 32 numbers: slightly more than a quarter of the memory of F16,
  /// and much less exact, above all for keys.
  Q4_0
}
