package puna;

/// Whether weights are read into memory or memory-mapped (mmap). It concerns the vector and scalar
/// kernel tiers, which use weights in the file's own layout; the x64 tier always repacks them into
/// memory of its own.
///
/// Where neither is asked for, weights are read into memory; those of experts stay in the mapped
/// file, on every tier, where that alone makes the model fit ([MemoryPlan#mappedWeightBytes]).
public enum WeightMemory {
  /// Read into memory when the model is opened. The file is not needed afterwards.
  OWN,
  /// Mapped from the file: opening is faster, processes share the pages, and a model may be larger
  /// than the memory. The file must not change: if it is truncated while the model is open, answers
  /// fail at best, and at worst the JVM crashes.
  MAPPED
}
