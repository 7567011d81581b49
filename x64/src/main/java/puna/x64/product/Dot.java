package puna.x64.product;

import puna.x64.asm.Assembler;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// How products of small integers come to sums of 32 bits, in vectors of 256 bits.
///
/// Integers are exact: results are the same to the last bit whichever way is taken.
public enum Dot {
  /// AVX2: bytes are multiplied in pairs to 16 bits, words in pairs to 32, and sums are added.
  MADD(VectorOp.VPMADDUBSW, VectorOp.VPMADDWD, ""),
  /// AVX-VNNI: four products of bytes, or two of words, are added to a sum at once.
  VNNI(VectorOp.VPDPBUSD_VEX, VectorOp.VPDPWSSD_VEX, "-vnni"),
  /// The same, as AVX-512 VNNI encodes it: to see on processors without AVX-VNNI what it computes.
  VNNI_OF_AVX512(VectorOp.VPDPBUSD, VectorOp.VPDPWSSD, "-vnni-of-avx512");

  private final VectorOp bytes;
  private final VectorOp words;
  private final String suffix;

  Dot(VectorOp bytes, VectorOp words, String suffix) {
    this.bytes = bytes;
    this.words = words;
    this.suffix = suffix;
  }

  /// Whether products are added to sums of 32 bits by the instruction that multiplies.
  public boolean accumulates() {
    return this != MADD;
  }

  /// What the names of routines end with that multiply so.
  public String suffix() {
    return suffix;
  }

  /// Multiplies unsigned bytes by signed ones: to sums of 16 bits in `sum`, or added to those of 32
  /// bits that `sum` holds.
  public void bytes(Assembler asm, Vec sum, Vec unsigned, Vec signed) {
    asm.emit(bytes, sum, unsigned, signed);
  }

  /// Multiplies signed words and adds the products to the 32 bits of `sum`.
  ///
  /// @param product a register for the products before they are added
  public void words(Assembler asm, Vec sum, Vec left, Vec right, Vec product) {
    if (accumulates()) {
      asm.emit(words, sum, left, right);
    } else {
      asm.emit(words, product, left, right);
      asm.emit(VectorOp.VPADDD, sum, sum, product);
    }
  }
}
