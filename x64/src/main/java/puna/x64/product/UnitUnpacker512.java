package puna.x64.product;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedType;

/// The part of an emitter that takes a packed unit of 16 rows apart (AVX-512): a quad's numbers to
/// unsigned bytes, its scales to lanes.
///
/// It owns the registers named here, beside those of `UnitUnpacker`, and leaves zmm0 … zmm23 to the
/// emitter.
public final class UnitUnpacker512 extends UnitUnpacker {
  public static final int LANES = 16;

  public static final Vec WEIGHTS = Vec.zmm(24);
  static final Vec AUXILIARY = Vec.zmm(25);
  public static final Vec SCALES = Vec.zmm(28);
  public static final Vec MINIMUMS = Vec.zmm(29);

  private static final Vec LOW_BITS = Vec.zmm(26);
  private static final Vec HIGH_BITS = Vec.zmm(27); // or the table of levels
  private static final Vec SUPER_SCALES = Vec.zmm(30);
  private static final Vec SUPER_MINIMUMS = Vec.zmm(31);
  private static final Mask BIT = Mask.k(1);

  private static final byte[] FIFTEEN = {15, 0, 0, 0};

  public UnitUnpacker512(PackedType type, Order order) {
    this(type, order, Gp.R15);
  }

  /// @param ahead a register to keep in mind what is asked for
  public UnitUnpacker512(PackedType type, Order order, Gp ahead) {
    super(type, new ScaleLanes(SCALES, MINIMUMS), order, ahead);
  }

  /// Masks and tables, once a call.
  ///
  /// @param temporary a register to build them in
  public void constants(Assembler asm, Gp temporary) {
    if (!numbers.equals(Numbers.BYTES)) {
      fill(asm, LOW_BITS, temporary, numbers.hasNibbles() ? 0x0F : 0x03);
    }
    if (numbers.hasBit()) {
      fill(asm, HIGH_BITS, temporary, 1 << (numbers.bits() - 1));
    } else if (numbers.hasTwoBitsSecond()) {
      fill(asm, HIGH_BITS, temporary, 0x30);
    } else if (type.levels().table().length > 0) {
      asm.emit(VBROADCASTI32X4, HIGH_BITS, asm.constant(type.levels().table()));
    }
  }

  private static void fill(Assembler asm, Vec target, Gp temporary, int value) {
    asm.mov(temporary, value * 0x01010101L);
    asm.broadcast32(target, temporary);
  }

  @Override
  void superScales(Assembler asm) {
    asm.emit(VCVTPH2PS, SUPER_SCALES, Mem.at(SUPER));
    if (scales.hasMinimum()) {
      asm.emit(VCVTPH2PS, SUPER_MINIMUMS, Mem.at(SUPER, 2 * LANES));
    }
  }

  @Override
  void exponents(Assembler asm) {
    asm.emit(VPTERNLOGD, AUXILIARY, AUXILIARY, AUXILIARY, 0xFF);
    asm.emit(VPADDD, SCALES, SCALES, AUXILIARY);
    asm.emit(VPXORD, AUXILIARY, AUXILIARY, AUXILIARY);
    asm.emit(VPMAXSD, SCALES, SCALES, AUXILIARY);
    asm.emit(VPSLLD, SCALES, SCALES, 23);
  }

  @Override
  void lowBits(Assembler asm) {
    asm.emit(VPANDD, SCALES, MINIMUMS, asm.constant(FIFTEEN).broadcasting());
  }

  @Override
  void signedScales(Assembler asm, int at) {
    asm.emit(VPMOVSXBD, SCALES, Mem.at(SCALE, at));
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
  }

  @Override
  void timesSuper(Assembler asm) {
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VCVTDQ2PS, MINIMUMS, MINIMUMS);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
    asm.emit(VMULPS, MINIMUMS, MINIMUMS, SUPER_MINIMUMS);
  }

  /// Quad `quad` of all rows to `WEIGHTS`, as unsigned bytes.
  public void unpack(Assembler asm, int quad) {
    switch (numbers) {
      case BYTES -> asm.emit(VMOVDQU32, WEIGHTS, Mem.at(FIRST, 64 * quad));
      case NIBBLES -> {
        nibbles(asm, quad);
        if (type.levels().table().length > 0) {
          asm.emit(VPSHUFB, WEIGHTS, HIGH_BITS, WEIGHTS);
        }
      }
      case NIBBLES_AND_BIT -> {
        nibbles(asm, quad);
        addBit(asm, quad);
      }
      case NIBBLES_AND_TWO_BITS -> {
        nibbles(asm, quad);
        addTwoBits(asm, quad);
      }
      case TWO_BITS -> twoBits(asm, quad);
      case TWO_BITS_AND_BIT -> {
        twoBits(asm, quad);
        addBit(asm, quad);
      }
    }
  }

  private static void nibbles(Assembler asm, int quad) {
    Mem pairs = Mem.at(FIRST, 64 * (quad % 4));
    if (quad < 4) {
      asm.emit(VPANDD, WEIGHTS, LOW_BITS, pairs);
    } else {
      asm.emit(VPSRLW, WEIGHTS, pairs, 4);
      asm.emit(VPANDD, WEIGHTS, WEIGHTS, LOW_BITS);
    }
  }

  private static void twoBits(Assembler asm, int quad) {
    Mem fours = Mem.at(FIRST, 64 * (quad / 4));
    if (quad % 4 == 0) {
      asm.emit(VPANDD, WEIGHTS, LOW_BITS, fours);
    } else {
      asm.emit(VPSRLW, WEIGHTS, fours, 2 * (quad % 4));
      asm.emit(VPANDD, WEIGHTS, WEIGHTS, LOW_BITS);
    }
  }

  private static void addBit(Assembler asm, int quad) {
    asm.kmovq(BIT, Mem.at(SECOND, 8 * quad));
    asm.emit(VPADDB, WEIGHTS.merging(BIT), WEIGHTS, HIGH_BITS);
  }

  private static void addTwoBits(Assembler asm, int quad) {
    Mem fours = Mem.at(SECOND, 64 * (quad / 4));
    int place = 2 * (quad % 4);
    if (place < 4) {
      asm.emit(VPSLLW, AUXILIARY, fours, 4 - place);
    } else if (place > 4) {
      asm.emit(VPSRLW, AUXILIARY, fours, place - 4);
    } else {
      asm.emit(VMOVDQU32, AUXILIARY, fours);
    }
    // weights | (auxiliary & 0x30)
    asm.emit(VPTERNLOGD, WEIGHTS, AUXILIARY, HIGH_BITS, 0xF8);
  }
}
