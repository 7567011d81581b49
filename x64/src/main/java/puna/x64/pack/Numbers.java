package puna.x64.pack;

/// How the unsigned numbers of a unit, 32 columns of a row group, are stored.
///
/// A *quad* is four consecutive columns of all rows: byte `b` of lane `r` is column `4q + b` of row
/// `r`. A unit has eight quads. The first run holds
///
/// | part | a lane, a unit | content |
/// |---|---|---|
/// | nibbles | 4 × 4 bytes | vector `i`: low nibbles quad `i`, high nibbles quad `i + 4` |
/// | two bits | 2 × 4 bytes | vector `i`: bits `2f` are quad `4i + f` |
/// | bytes | 8 × 4 bytes | vector `i` is quad `i` |
///
/// and the second run the bits above those: two bits as above, or single bits, for quad `q` one bit
/// a byte (bit `4r + b` of the `q`th group of bits).
public enum Numbers {
  NIBBLES(16, 0, 4),
  NIBBLES_AND_BIT(16, 4, 5),
  NIBBLES_AND_TWO_BITS(16, 8, 6),
  TWO_BITS(8, 0, 2),
  TWO_BITS_AND_BIT(8, 4, 3),
  BYTES(32, 0, 8);

  private final int firstBytes;
  private final int secondBytes;
  private final int bits;

  Numbers(int firstBytes, int secondBytes, int bits) {
    this.firstBytes = firstBytes;
    this.secondBytes = secondBytes;
    this.bits = bits;
  }

  /// Bytes of the first run, a lane and unit.
  public int firstBytes() {
    return firstBytes;
  }

  /// Bytes of the second run, a lane and unit.
  public int secondBytes() {
    return secondBytes;
  }

  /// Bits a number.
  public int bits() {
    return bits;
  }

  public boolean hasNibbles() {
    return firstBytes == 16;
  }

  public boolean hasTwoBitsFirst() {
    return firstBytes == 8;
  }

  public boolean hasBit() {
    return secondBytes == 4;
  }

  public boolean hasTwoBitsSecond() {
    return secondBytes == 8;
  }
}
