package puna.x64.panel;

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
/// | 80..91 | `−8 S`, `−16 S`, `−128 S`, i32 |
/// | 92..115 | `−4 S0`, `−4 S1`, `−32 S0`, `−32 S1`, `−128 S0`, `−128 S1`, i32 |
/// | 116..127 | nothing |
///
/// `S0`, `S1` and `S` are the sums of `128 · hi + lo` over columns 0..15, 16..31 and 0..31. Their
/// multiples are what the offsets of the weights take off a product.
public final class TokenPlanes {
  public static final int UNIT_BYTES = 128;
  public static final int HIGH = 0;
  public static final int LOW = 32;
  public static final int SCALE = 64;
  public static final int SCALED_SUM_FIRST = 68;
  public static final int SCALED_SUM_SECOND = 72;
  public static final int SCALED_SUM = 76;

  /// What the number of a plane above counts in the plane below.
  public static final int PLANE_SHIFT = 7;

  /// How many planes carry the activations.
  public enum Planes {
    /// 7 bits and a sign: the low plane is zero and not read.
    ONE("8-bit activations"),
    /// 14 bits and a sign.
    TWO("15-bit activations");

    private final String description;

    Planes(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }
  }

  private TokenPlanes() {}

  /// Where the whole unit's sum times `−2^shift` lies.
  public static int offsetSum(int shift) {
    return switch (shift) {
      case 3 -> 80;
      case 4 -> 84;
      case 7 -> 88;
      default -> throw new IllegalArgumentException("no sum is kept for an offset of 2^" + shift);
    };
  }

  /// Where the sum of 16 columns times `−2^shift` lies.
  ///
  /// @param half 0 for columns 0..15, 1 for 16..31
  public static int offsetSumOfHalf(int shift, int half) {
    return switch (shift) {
      case 2 -> 92 + 4 * half;
      case 5 -> 100 + 4 * half;
      case 7 -> 108 + 4 * half;
      default -> throw new IllegalArgumentException("no sum is kept for an offset of 2^" + shift);
    };
  }

  /// Bytes a token.
  static long tokenBytes(int columns) {
    return (long) columns / PackedLayout.UNIT * UNIT_BYTES;
  }
}
