package puna;

/// Where the weights lie that a kernel reads as the file has them, which is what the vector and the
/// scalar tier do. The x64 tier packs weights to memory of its own, whatever is chosen.
public enum WeightMemory {
  /// `OWN`, as long as the weights take at most three quarters of what the JVM allows outside its
  /// heap by default (as much as the largest heap, `-Xmx`); else `MAPPED`, with a warning.
  AUTO,
  /// In memory of their own, read from the file when the model is opened. What happens to the file
  /// afterwards does not matter.
  OWN,
  /// In the mapped file: opening takes no time, and processes share the pages. The file must stay
  /// as it is: where it is cut short while the model answers, answers break off at best, and at
  /// worst the JVM ends.
  MAPPED
}
