package puna.x64.kernel;

import puna.x64.pack.PackedLayout;

/// Activations in two planes of bytes: what narrow products multiply by.
///
/// A token is a run of units of 32 columns. A column is `x ≈ e · (128 · hi + lo)`, with one `e` a
/// unit: fifteen bits and a sign. A unit is
///
/// | bytes | content |
/// |---|---|
/// | 0..31 | `hi`, i8, −127 to 127 |
/// | 32..63 | `lo`, i8, −64 to 64 |
/// | 64..67 | `e`, f32 |
/// | 68..79 | `e · S0`, `e · S1`, `e · S`, f32 |
/// | 80..91 | `S0`, `S1`, `S`, i32: the sums of `128 · hi + lo` over columns 0..15, 16..31, 0..31 |
/// | 92..127 | nothing |
final class TokenPlanes {
  static final int UNIT_BYTES = 128;
  static final int HIGH = 0;
  static final int LOW = 32;
  static final int SCALE = 64;
  static final int SCALED_SUM_FIRST = 68;
  static final int SCALED_SUM_SECOND = 72;
  static final int SCALED_SUM = 76;
  static final int SUM_FIRST = 80;
  static final int SUM_SECOND = 84;
  static final int SUM = 88;

  /// What the number of a plane above counts in the plane below.
  static final int PLANE_SHIFT = 7;

  private TokenPlanes() {}

  /// Bytes a token.
  static long tokenBytes(int columns) {
    return (long) columns / PackedLayout.UNIT * UNIT_BYTES;
  }
}
