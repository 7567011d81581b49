package puna.x64.asm;

/// A vector register, with the mask under which it is written.
///
/// @param number 0 to 31; from 16 on it needs AVX-512
/// @param bits 128, 256 or 512
/// @param mask the number of the mask register under which lanes are written; 0 for none
/// @param masking what happens to the other lanes
public record Vec(int number, int bits, int mask, Masking masking) implements Operand {
  /// What happens to the lanes that a mask leaves out.
  public enum Masking {
    MERGE,
    ZERO
  }

  public Vec {
    if (number < 0 || number > 31) {
      throw new IllegalArgumentException("vector registers are 0 to 31, found " + number);
    }
    if (bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("vectors have 128, 256 or 512 bits, found " + bits);
    }
    if (mask < 0 || mask > 7) {
      throw new IllegalArgumentException("mask registers are 0 to 7, found " + mask);
    }
  }

  public static Vec xmm(int number) {
    return new Vec(number, 128, 0, Masking.MERGE);
  }

  public static Vec ymm(int number) {
    return new Vec(number, 256, 0, Masking.MERGE);
  }

  public static Vec zmm(int number) {
    return new Vec(number, 512, 0, Masking.MERGE);
  }

  /// The same register at another width.
  public Vec as(int otherBits) {
    return new Vec(number, otherBits, mask, masking);
  }

  /// Lanes outside the mask keep their value.
  public Vec merging(Mask k) {
    return new Vec(number, bits, k.number(), Masking.MERGE);
  }

  /// Lanes outside the mask become zero.
  public Vec zeroing(Mask k) {
    return new Vec(number, bits, k.number(), Masking.ZERO);
  }

  int bytes() {
    return bits / 8;
  }
}
