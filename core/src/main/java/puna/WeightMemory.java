package puna;

/// Where the weights lie that a kernel reads as the file has them, which is what the vector and the
/// scalar tier do. The x64 tier packs weights to memory of its own, whatever is chosen.
public enum WeightMemory {
  /// In memory of their own, read from the file when the model is opened. What happens to the file
  /// afterwards does not matter.
  OWN,
  /// In the mapped file: opening takes no time, processes share the pages, and a model may be
  /// larger than the memory. The file must stay as it is: where it is cut short while the model
  /// answers, answers break off at best, and at worst the JVM ends.
  MAPPED
}
