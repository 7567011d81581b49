package puna;

/// The number format in which a session's part of the KV cache is saved.
public enum SavedPrecision {
  /// As the cache has it: restored exactly.
  AS_CACHED,
  /// Floats in eight bits: about half of f16's size, and restored nearly. Parts that the cache has
  /// in eight or four bits already stay as they are.
  Q8_0
}
