package puna.gguf;

/// The most that each file of a split model may hold. A tensor is never cut: one that is larger
/// than the limit has a file of its own.
///
/// @param tensors at most
/// @param bytes of tensors at most
public record SplitLimit(long tensors, long bytes) {
  /// One file for all.
  public static final SplitLimit NONE = new SplitLimit(Long.MAX_VALUE, Long.MAX_VALUE);

  /// @throws IllegalArgumentException when a limit is below 1
  public SplitLimit {
    if (tensors < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a file must hold at least 1 tensor or byte, found %s and %s".formatted(tensors, bytes));
    }
  }

  public static SplitLimit ofTensors(long tensors) {
    return new SplitLimit(tensors, Long.MAX_VALUE);
  }

  public static SplitLimit ofBytes(long bytes) {
    return new SplitLimit(Long.MAX_VALUE, bytes);
  }
}
