package puna.gguf;

/// The heap that the metadata and the tensor directory of one model may take.
///
/// A sparse file of many gigabytes costs its sender nothing, so the size of the file alone is no
/// bound. The largest vocabularies of today (260,000 tokens with their merges) take about 64 MiB.
final class MemoryBudget {
  private static final long LIMIT = 256L << 20;

  private long left = LIMIT;

  /// Takes bytes from the budget; false when there are not that many.
  boolean take(long count, int bytesEach) {
    if (count > left / bytesEach) {
      return false;
    }
    left -= count * bytesEach;
    return true;
  }

  static String rule() {
    return "metadata and tensor directory may take at most %s MiB of memory".formatted(LIMIT >> 20);
  }
}
