package puna.x64.kernel;

import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;

/// How a panel of unpacked levels is laid out, for products with `TokenPlanes`.
///
/// A unit of 16 rows is
///
/// | bytes | content |
/// |---|---|
/// | 0..511 | eight quads, a byte a column: `q + 128 − offset` of types with an offset, else `q` |
/// | 512..575 | the scales of the 16 rows, f32 |
/// | 576..639 | the scales of columns 16..31, where halves have their own |
/// | after them | minimums in the same way, f32, where the type has them |
///
/// @param hasHalves whether columns 0..15 and 16..31 have scales of their own
/// @param minimum what becomes of minimums
record LevelPanel(boolean hasHalves, Minimum minimum) {
  static final int SCALES = 512;

  /// The offset of all levels, as a power of two.
  static final int OFFSET_SHIFT = 7;

  private static final int VECTOR = 64;

  /// What a type adds to its scaled levels.
  enum Minimum {
    /// The offset, which is taken off in integers.
    NONE,
    ADDED,
    TAKEN_OFF
  }

  static LevelPanel of(PackedType type) {
    Scales scales = type.scales();
    Minimum minimum =
        !scales.hasMinimum()
            ? Minimum.NONE
            : scales == Scales.HALF_AND_MINIMUM ? Minimum.ADDED : Minimum.TAKEN_OFF;
    return new LevelPanel(scales.hasHalves(), minimum);
  }

  int halves() {
    return hasHalves ? 2 : 1;
  }

  int scale(int half) {
    return SCALES + VECTOR * half;
  }

  int minimum(int half) {
    return SCALES + VECTOR * (halves() + half);
  }

  boolean hasMinimum() {
    return minimum != Minimum.NONE;
  }

  int unitBytes() {
    return SCALES + VECTOR * halves() * (hasMinimum() ? 2 : 1);
  }

  /// A name for what is made for this layout.
  String label() {
    return (hasHalves ? "halves" : "units") + "-" + minimum.name().toLowerCase(java.util.Locale.ROOT);
  }
}
