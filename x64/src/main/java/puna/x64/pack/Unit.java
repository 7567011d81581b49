package puna.x64.pack;

/// 32 columns of one row, taken apart: what a `UnitReader` finds and what is packed.
final class Unit {
  /// Columns `4q … 4q + 3`, a byte each.
  final int[] quads = new int[8];

  /// The unit's scales in the order of `Scales`: f16 bits, or bytes.
  int scale0;

  int scale1;

  /// The super-block's scales, f16 bits.
  int super0;

  int super1;
}
