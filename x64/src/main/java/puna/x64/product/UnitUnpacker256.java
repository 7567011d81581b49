package puna.x64.product;

import static puna.x64.asm.VectorOp.*;

import java.util.Arrays;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.pack.PackedType;

/// The part of an emitter that takes a packed unit of 8 rows apart (AVX2): a quad's numbers to
/// bytes, its scales to lanes.
///
/// It owns the registers named here, beside those of `UnitUnpacker`, and R9; `PRODUCT` is changed,
/// and the emitter's between two calls.
public final class UnitUnpacker256 extends UnitUnpacker {
  public static final int LANES = 8;

  public static final Vec WEIGHTS = Vec.ymm(10);
  public static final Vec PRODUCT = Vec.ymm(11);
  public static final Vec SCALES = Vec.ymm(14);
  public static final Vec MINIMUMS = Vec.ymm(15);

  private static final Vec LOW_BITS = Vec.ymm(12);

  private final boolean signed;

  /// What levels of a whole byte become.
  public enum WholeBytes {
    /// Signed, their offset taken off: for whoever could not add up unsigned ones.
    SIGNED,
    /// Unsigned with their offset, as all others.
    UNSIGNED
  }

  public UnitUnpacker256(PackedType type, Order order, WholeBytes wholeBytes) {
    super(type, new ScaleLanes(SCALES, MINIMUMS), order, Gp.R9);
    this.signed = wholeBytes == WholeBytes.SIGNED && type.offset() == 128;
  }

  /// Whether numbers become signed levels.
  public boolean isSigned() {
    return signed;
  }

  /// Masks, once a call.
  public void constants(Assembler asm) {
    asm.emit(VMOVDQU, LOW_BITS, bytes(asm, numbers.hasNibbles() ? 0x0F : 0x03));
  }

  /// Quad `quad` of all rows to `WEIGHTS`: unsigned numbers, or signed levels.
  public void unpack(Assembler asm, int quad) {
    switch (numbers) {
      case BYTES -> {
        asm.emit(VMOVDQU, WEIGHTS, Mem.at(FIRST, 32 * quad));
        if (signed) {
          asm.emit(VPXOR, WEIGHTS, WEIGHTS, bytes(asm, 0x80));
        }
      }
      case NIBBLES -> {
        shifted(asm, Mem.at(FIRST, 32 * (quad % 4)), 4 * (quad / 4));
        if (type.levels().table().length > 0) {
          asm.emit(VMOVDQU, PRODUCT, asm.constant(table()));
          asm.emit(VPSHUFB, WEIGHTS, PRODUCT, WEIGHTS);
        }
      }
      case NIBBLES_AND_BIT -> {
        shifted(asm, Mem.at(FIRST, 32 * (quad % 4)), 4 * (quad / 4));
        addBit(asm, quad);
      }
      case NIBBLES_AND_TWO_BITS -> {
        shifted(asm, Mem.at(FIRST, 32 * (quad % 4)), 4 * (quad / 4));
        addTwoBits(asm, quad);
      }
      case TWO_BITS -> shifted(asm, Mem.at(FIRST, 32 * (quad / 4)), 2 * (quad % 4));
      case TWO_BITS_AND_BIT -> {
        shifted(asm, Mem.at(FIRST, 32 * (quad / 4)), 2 * (quad % 4));
        addBit(asm, quad);
      }
    }
  }

  /// The table of levels twice.
  private byte[] table() {
    byte[] levels = type.levels().table();
    byte[] twice = new byte[2 * levels.length];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = (byte) (levels[i % levels.length] ^ (signed ? 0x80 : 0));
    }
    return twice;
  }

  private static void shifted(Assembler asm, Mem numbers, int shift) {
    asm.emit(VMOVDQU, WEIGHTS, numbers);
    if (shift > 0) {
      asm.emit(VPSRLW, WEIGHTS, WEIGHTS, shift);
    }
    asm.emit(VPAND, WEIGHTS, WEIGHTS, LOW_BITS);
  }

  /// One bit a byte, 32 bits a quad: each byte picks its bit.
  private void addBit(Assembler asm, int quad) {
    byte[] pick = new byte[32];
    byte[] bits = new byte[32];
    for (int i = 0; i < 32; i++) {
      pick[i] = (byte) (i / 8);
      bits[i] = (byte) (1 << i % 8);
    }
    asm.emit(VPBROADCASTD, PRODUCT, Mem.at(SECOND, 4 * quad));
    asm.emit(VPSHUFB, PRODUCT, PRODUCT, asm.constant(pick));
    Mem mask = asm.constant(bits);
    asm.emit(VPAND, PRODUCT, PRODUCT, mask);
    asm.emit(VPCMPEQB, PRODUCT, PRODUCT, mask);
    asm.emit(VPAND, PRODUCT, PRODUCT, bytes(asm, 1 << (numbers.bits() - 1)));
    asm.emit(VPOR, WEIGHTS, WEIGHTS, PRODUCT);
  }

  private static void addTwoBits(Assembler asm, int quad) {
    int place = 2 * (quad % 4);
    asm.emit(VMOVDQU, PRODUCT, Mem.at(SECOND, 32 * (quad / 4)));
    if (place < 4) {
      asm.emit(VPSLLW, PRODUCT, PRODUCT, 4 - place);
    } else if (place > 4) {
      asm.emit(VPSRLW, PRODUCT, PRODUCT, place - 4);
    }
    asm.emit(VPAND, PRODUCT, PRODUCT, bytes(asm, 0x30));
    asm.emit(VPOR, WEIGHTS, WEIGHTS, PRODUCT);
  }

  /// Units read them themselves: vectors are few.
  @Override
  void superScales(Assembler asm) {}

  @Override
  void exponents(Assembler asm) {
    asm.emit(VPCMPEQD, MINIMUMS, MINIMUMS, MINIMUMS);
    asm.emit(VPADDD, SCALES, SCALES, MINIMUMS);
    asm.emit(VPXOR, MINIMUMS, MINIMUMS, MINIMUMS);
    asm.emit(VPMAXSD, SCALES, SCALES, MINIMUMS);
    asm.emit(VPSLLD, SCALES, SCALES, 23);
  }

  @Override
  void lowBits(Assembler asm) {
    asm.emit(VPSLLD, SCALES, MINIMUMS, 28);
    asm.emit(VPSRLD, SCALES, SCALES, 28);
  }

  @Override
  void signedScales(Assembler asm, int at) {
    asm.emit(VPMOVSXBD, SCALES, Mem.at(SCALE, at));
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VCVTPH2PS, PRODUCT, Mem.at(SUPER));
    asm.emit(VMULPS, SCALES, SCALES, PRODUCT);
  }

  @Override
  void timesSuper(Assembler asm) {
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VCVTDQ2PS, MINIMUMS, MINIMUMS);
    asm.emit(VCVTPH2PS, PRODUCT, Mem.at(SUPER));
    asm.emit(VMULPS, SCALES, SCALES, PRODUCT);
    asm.emit(VCVTPH2PS, PRODUCT, Mem.at(SUPER, 2 * LANES));
    asm.emit(VMULPS, MINIMUMS, MINIMUMS, PRODUCT);
  }

  private static Mem bytes(Assembler asm, int value) {
    byte[] all = new byte[32];
    Arrays.fill(all, (byte) value);
    return asm.constant(all);
  }
}
