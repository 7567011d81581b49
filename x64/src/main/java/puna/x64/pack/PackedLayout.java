package puna.x64.pack;

/// Where the numbers and scales of a packed matrix lie.
///
/// A *row group* has as many rows as a vector has 32-bit lanes; missing rows are zero. A group is
/// four runs, each from a multiple of 64 bytes: the first and the second run of its numbers, its
/// unit scales, its super-block scales. Inside a run units follow each other.
///
/// @param lanes rows a group: 16 for AVX-512, 8 for AVX2
/// @param columns a multiple of 32
public record PackedLayout(PackedType type, int lanes, int rows, int columns) {
  /// Columns a unit.
  public static final int UNIT = 32;

  /// Units a super-block.
  public static final int UNITS_PER_SUPER = 8;

  private static final int ALIGNMENT = 64;

  public int units() {
    return columns / UNIT;
  }

  public int groups() {
    return Math.ceilDiv(rows, lanes);
  }

  public int firstUnitBytes() {
    return type.numbers().firstBytes() * lanes;
  }

  public int secondUnitBytes() {
    return type.numbers().secondBytes() * lanes;
  }

  public int scaleUnitBytes() {
    return type.scales().unitBytes() * lanes;
  }

  public int superBytes() {
    return type.scales().superBytes() * lanes;
  }

  /// The offset of the second run in a group.
  public long secondOffset() {
    return align((long) units() * firstUnitBytes());
  }

  /// The offset of the unit scales in a group.
  public long scaleOffset() {
    return secondOffset() + align((long) units() * secondUnitBytes());
  }

  /// The offset of the super-block scales in a group.
  public long superOffset() {
    return scaleOffset() + align((long) units() * scaleUnitBytes());
  }

  public long groupBytes() {
    return superOffset() + align((long) units() / UNITS_PER_SUPER * superBytes());
  }

  public long byteSize() {
    return Math.multiplyExact(groups(), groupBytes());
  }

  private static long align(long bytes) {
    return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
  }
}
