package puna.x64.interpret;

import puna.x64.interpret.Operation.With;

/// The instructions that multiply integers and add neighbours.
final class Products {
  private Products() {}

  /// Unsigned by signed bytes, to saturated words.
  static void pairsOfBytes(Lanes target, Lanes left, Lanes right, With with) {
    for (int i = 0; i < with.words(); i++) {
      int sum =
          left.unsignedOctet(2 * i) * right.octet(2 * i)
              + left.unsignedOctet(2 * i + 1) * right.octet(2 * i + 1);
      target.word(i, VectorTable.saturated(sum, Short.MAX_VALUE));
    }
  }

  /// Signed words, to 32 bits.
  static void pairsOfWords(Lanes target, Lanes left, Lanes right, With with) {
    for (int i = 0; i < with.dwords(); i++) {
      target.dword(i, twoWords(left, right, i));
    }
  }

  /// Unsigned by signed bytes, added to the 32 bits of the target, which may wrap around.
  static void addQuadsOfBytes(Lanes target, Lanes left, Lanes right, With with) {
    for (int i = 0; i < with.dwords(); i++) {
      int sum = target.dword(i);
      for (int k = 4 * i; k < 4 * i + 4; k++) {
        sum += left.unsignedOctet(k) * right.octet(k);
      }
      target.dword(i, sum);
    }
  }

  /// Signed words, added to the 32 bits of the target, which may wrap around.
  static void addPairsOfWords(Lanes target, Lanes left, Lanes right, With with) {
    for (int i = 0; i < with.dwords(); i++) {
      target.dword(i, target.dword(i) + twoWords(left, right, i));
    }
  }

  private static int twoWords(Lanes left, Lanes right, int lane) {
    return left.word(2 * lane) * right.word(2 * lane)
        + left.word(2 * lane + 1) * right.word(2 * lane + 1);
  }
}
