package puna.x64.pack;

/// How the scales of a unit, 32 columns of a row group, are stored: arrays with one element a lane.
///
/// | kind | a unit | a super-block of eight units | weight |
/// |---|---|---|---|
/// | `HALF` | d f16 | | `d·(q − o)` |
/// | `HALF_AND_MINIMUM` | d f16, m f16 | | `d·q + m` |
/// | `EXPONENT` | E u8 | | `2^(E − 128)·(q − o)` |
/// | `SUPER_AND_MINIMUM` | s u8, m u8 | d f16, dmin f16 | `d·s·q − dmin·m` |
/// | `SUPER` | s i8 | d f16 | `d·s·(q − o)` |
/// | `SUPER_HALVES` | s i8 of columns 0..15, of 16..31 | d f16 | `d·s·(q − o)` |
/// | `SUPER_HALVES_AND_MINIMUM` | s + 16·m u8 of columns 0..15, of 16..31 | d f16, dmin f16 | `d·s·q − dmin·m` |
public enum Scales {
  HALF(2, 0),
  HALF_AND_MINIMUM(4, 0),
  EXPONENT(1, 0),
  SUPER_AND_MINIMUM(2, 4),
  SUPER(1, 2),
  SUPER_HALVES(2, 2),
  SUPER_HALVES_AND_MINIMUM(2, 4);

  private final int unitBytes;
  private final int superBytes;

  Scales(int unitBytes, int superBytes) {
    this.unitBytes = unitBytes;
    this.superBytes = superBytes;
  }

  /// Bytes a lane and unit.
  public int unitBytes() {
    return unitBytes;
  }

  /// Bytes a lane and super-block of 256 columns; 0 where there is none.
  public int superBytes() {
    return superBytes;
  }

  public boolean isSuper() {
    return superBytes > 0;
  }

  public boolean hasMinimum() {
    return this == HALF_AND_MINIMUM
        || this == SUPER_AND_MINIMUM
        || this == SUPER_HALVES_AND_MINIMUM;
  }

  /// Whether columns 0..15 and 16..31 of a unit have scales of their own.
  public boolean hasHalves() {
    return this == SUPER_HALVES || this == SUPER_HALVES_AND_MINIMUM;
  }
}
