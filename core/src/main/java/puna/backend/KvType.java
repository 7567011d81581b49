package puna.backend;

/// The number format of cached keys, or values.
public enum KvType {
  F16,
  F32,
  /// Blocks of 32 signed bytes behind an f16 scale, as the tensor type of that name; a head's last
  /// block may be filled in part.
  Q8_0,
  /// Blocks of 32 four-bit values behind an f16 scale, as the tensor type of that name; a head's
  /// last block may be filled in part.
  Q4_0;

  /// Values that share a scale in `Q8_0` and `Q4_0`.
  public static final int BLOCK = 32;

  /// Bytes of a `Q8_0` block.
  public static final int EIGHT_BIT_BLOCK_BYTES = 34;

  /// Bytes of a `Q4_0` block.
  public static final int FOUR_BIT_BLOCK_BYTES = 18;

  /// Whether values share a scale.
  public boolean isInBlocks() {
    return switch (this) {
      case F16, F32 -> false;
      case Q8_0, Q4_0 -> true;
    };
  }

  /// Bytes that `values` values of one head take.
  public long bytes(int values) {
    return switch (this) {
      case F16 -> 2L * values;
      case F32 -> 4L * values;
      case Q8_0 -> (long) EIGHT_BIT_BLOCK_BYTES * Math.ceilDiv(values, BLOCK);
      case Q4_0 -> (long) FOUR_BIT_BLOCK_BYTES * Math.ceilDiv(values, BLOCK);
    };
  }
}
