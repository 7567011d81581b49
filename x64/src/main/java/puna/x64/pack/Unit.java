package puna.x64.pack;

/// 32 columns of one row, taken apart: what a `UnitReader` finds, in the words that are packed.
final class Unit {
  /// The lane's words of the first run, as `Numbers` lays them out: 2 or 4.
  final int[] first = new int[4];

  /// The lane's words of two bits in the second run, where it has them.
  final int[] second = new int[2];

  /// Single bits of the second run, where it has them: bit `c` is column `c`'s.
  int bits;

  /// The unit's scales in the order of `Scales`: f16 bits, or bytes.
  int scale0;

  int scale1;

  /// The super-block's scales, f16 bits.
  int super0;

  int super1;

  static Unit[] units(int count) {
    Unit[] units = new Unit[count];
    for (int i = 0; i < count; i++) {
      units[i] = new Unit();
    }
    return units;
  }
}
