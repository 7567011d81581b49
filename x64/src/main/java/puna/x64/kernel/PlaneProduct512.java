package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.kernel.TokenPlanes.Planes;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;

/// Rows of a packed matrix times 1 to 8 tokens in two planes of bytes (AVX-512 VNNI): what decoding
/// waits for. It reads every weight once and is bound by memory.
///
/// ```
/// preamble     masks and tables to registers
/// row group    16 rows, one a lane
///   super-block  its scales to lanes (K-quants only)
///     unit         32 columns: eight quads, each unpacked once
///       vpdpbusd     quad × 4 activations, for each token and plane
///     finish       sums = 128·hi + lo − offset·Σx → float, × scales
///   store        one vector of 16 results a token
/// ```
final class PlaneProduct512 implements Emitter {
  static final int LANES = 16;

  private static final byte[] FIFTEEN = {15, 0, 0, 0};

  /// How far ahead of the weights lines are asked for, in bytes.
  private static final int PREFETCH_AHEAD = 2048;

  private static final ArgumentLayout ARGUMENTS = ProductArguments.LAYOUT;

  // pointers
  private static final Gp ARGS = Gp.RDI;
  private static final Gp X = Gp.RSI; // tokens 0..3
  private static final Gp X4 = Gp.RBX; // tokens 4..7
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp X_STRIDE3 = Gp.R9;
  private static final Gp FIRST = Gp.RAX;
  private static final Gp SECOND = Gp.RCX;
  private static final Gp SCALE = Gp.RDX;
  private static final Gp SUPER = Gp.RBP;
  private static final Gp UNITS = Gp.R10;
  private static final Gp GROUPS = Gp.R11;
  private static final Gp OUT = Gp.R12;
  private static final Gp GROUP = Gp.R13;
  private static final Gp INNER = Gp.R14;
  private static final Gp OUT_STRIDE = Gp.R15;

  // vectors: 0..7 results, 8..15 sums of the high plane, 16..23 of the low plane
  private static final Vec WEIGHTS = Vec.zmm(24);
  private static final Vec AUXILIARY = Vec.zmm(25);
  private static final Vec LOW_BITS = Vec.zmm(26);
  private static final Vec HIGH_BITS = Vec.zmm(27); // or the table of levels
  private static final Vec SCALES = Vec.zmm(28);
  private static final Vec MINIMUMS = Vec.zmm(29);
  private static final Vec SUPER_SCALES = Vec.zmm(30);
  private static final Vec SUPER_MINIMUMS = Vec.zmm(31);
  private static final Mask BIT = Mask.k(1);

  private final PackedType type;
  private final Numbers numbers;
  private final Scales scales;
  private final Planes planes;
  private final int tokens;
  private final PackedLayout unitSizes;

  /// @param planes how many planes of the activations are read
  /// @param tokens 1 to 8
  PlaneProduct512(PackedType type, Planes planes, int tokens) {
    this.type = type;
    this.planes = planes;
    this.numbers = type.numbers();
    this.scales = type.scales();
    this.tokens = tokens;
    this.unitSizes = new PackedLayout(type, LANES, LANES, 256);
  }

  @Override
  public String name() {
    return "product-" + type + "-" + tokens;
  }

  @Override
  public void emit(Assembler asm) {
    preamble(asm);
    Label group = new Label();
    Label end = new Label();
    asm.test(GROUPS, GROUPS);
    asm.jump(Condition.EQUAL, end);
    asm.align(32);
    asm.bind(group);
    beginGroup(asm);
    if (scales.isSuper()) {
      superBlocks(asm);
    } else {
      units(asm, UNITS);
    }
    store(asm);
    asm.sub(GROUPS, 1);
    asm.jump(Condition.NOT_EQUAL, group);
    asm.bind(end);
  }

  private void preamble(Assembler asm) {
    asm.mov(GROUP, ARGUMENTS.field(ARGS, "weights"));
    asm.mov(GROUPS, ARGUMENTS.field(ARGS, "groups"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(OUT_STRIDE, ARGUMENTS.field(ARGS, "outStride"));
    asm.mov(X_STRIDE, ARGUMENTS.field(ARGS, "xStride"));
    asm.lea(X_STRIDE3, Mem.at(X_STRIDE, X_STRIDE, 2));
    if (!numbers.equals(Numbers.BYTES)) {
      fill(asm, LOW_BITS, numbers.hasNibbles() ? 0x0F : 0x03);
    }
    if (numbers.hasBit()) {
      fill(asm, HIGH_BITS, 1 << (numbers.bits() - 1));
    } else if (numbers.hasTwoBitsSecond()) {
      fill(asm, HIGH_BITS, 0x30);
    } else if (type.levels().table().length > 0) {
      asm.emit(VBROADCASTI32X4, HIGH_BITS, asm.constant(type.levels().table()));
    }
  }

  private static void fill(Assembler asm, Vec target, int value) {
    asm.mov(INNER, value * 0x01010101L);
    asm.broadcast32(target, INNER);
  }

  private void beginGroup(Assembler asm) {
    asm.mov(FIRST, GROUP);
    asm.mov(SECOND, GROUP);
    asm.mov(SCALE, GROUP);
    asm.add(SECOND, ARGUMENTS.field(ARGS, "secondOffset"));
    asm.add(SCALE, ARGUMENTS.field(ARGS, "scaleOffset"));
    if (scales.isSuper()) {
      asm.mov(SUPER, GROUP);
      asm.add(SUPER, ARGUMENTS.field(ARGS, "superOffset"));
    }
    asm.add(GROUP, ARGUMENTS.field(ARGS, "groupBytes"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.mov(X, ARGUMENTS.field(ARGS, "x"));
    if (tokens > 4) {
      asm.lea(X4, Mem.at(X, X_STRIDE, 4));
    }
    for (int token = 0; token < tokens; token++) {
      asm.emit(VPXORD, result(token), result(token), result(token));
    }
  }

  private void superBlocks(Assembler asm) {
    Label superBlock = new Label();
    asm.shr(UNITS, 3);
    asm.align(32);
    asm.bind(superBlock);
    asm.emit(VCVTPH2PS, SUPER_SCALES, Mem.at(SUPER));
    if (scales.hasMinimum()) {
      asm.emit(VCVTPH2PS, SUPER_MINIMUMS, Mem.at(SUPER, 2 * LANES));
    }
    asm.add(SUPER, unitSizes.superBytes());
    asm.mov(INNER, PackedLayout.UNITS_PER_SUPER);
    units(asm, INNER);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, superBlock);
  }

  private void units(Assembler asm, Gp counter) {
    Label unit = new Label();
    asm.align(32);
    asm.bind(unit);
    prefetch(asm);
    if (scales.hasHalves()) {
      for (int half = 0; half < 2; half++) {
        halfScales(asm, half);
        beginSums(asm, half);
        quads(asm, 4 * half, 4 * half + 4);
        finish(asm, half == 0 ? TokenPlanes.SCALED_SUM_FIRST : TokenPlanes.SCALED_SUM_SECOND);
      }
    } else {
      unitScales(asm);
      beginSums(asm, 0);
      quads(asm, 0, 8);
      finish(asm, TokenPlanes.SCALED_SUM);
    }
    asm.add(FIRST, unitSizes.firstUnitBytes());
    if (numbers.secondBytes() > 0) {
      asm.add(SECOND, unitSizes.secondUnitBytes());
    }
    asm.add(SCALE, unitSizes.scaleUnitBytes());
    asm.add(X, TokenPlanes.UNIT_BYTES);
    if (tokens > 4) {
      asm.add(X4, TokenPlanes.UNIT_BYTES);
    }
    asm.sub(counter, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
  }

  private void prefetch(Assembler asm) {
    for (int line = 0; line < unitSizes.firstUnitBytes(); line += 64) {
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(FIRST, PREFETCH_AHEAD + line));
    }
    for (int line = 0; line < unitSizes.secondUnitBytes(); line += 64) {
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(SECOND, PREFETCH_AHEAD / 4 + line));
    }
    asm.prefetch(Hint.ALL_LEVELS, Mem.at(SCALE, PREFETCH_AHEAD / 4));
  }

  /// The scales of all 32 columns.
  private void unitScales(Assembler asm) {
    switch (scales) {
      case HALF -> asm.emit(VCVTPH2PS, SCALES, Mem.at(SCALE));
      case HALF_AND_MINIMUM -> {
        asm.emit(VCVTPH2PS, SCALES, Mem.at(SCALE));
        asm.emit(VCVTPH2PS, MINIMUMS, Mem.at(SCALE, 2 * LANES));
      }
      case EXPONENT -> {
        // 2^(E − 128); the two subnormal ones become zero
        asm.emit(VPMOVZXBD, SCALES, Mem.at(SCALE));
        asm.emit(VPTERNLOGD, AUXILIARY, AUXILIARY, AUXILIARY, 0xFF);
        asm.emit(VPADDD, SCALES, SCALES, AUXILIARY);
        asm.emit(VPXORD, AUXILIARY, AUXILIARY, AUXILIARY);
        asm.emit(VPMAXSD, SCALES, SCALES, AUXILIARY);
        asm.emit(VPSLLD, SCALES, SCALES, 23);
      }
      case SUPER -> signedScales(asm, 0);
      case SUPER_AND_MINIMUM -> {
        asm.emit(VPMOVZXBD, SCALES, Mem.at(SCALE));
        asm.emit(VPMOVZXBD, MINIMUMS, Mem.at(SCALE, LANES));
        timesSuper(asm);
      }
      case SUPER_HALVES, SUPER_HALVES_AND_MINIMUM ->
          throw new IllegalStateException("a unit's halves have scales of their own");
    }
  }

  /// The scales of 16 columns.
  private void halfScales(Assembler asm, int half) {
    if (scales == Scales.SUPER_HALVES) {
      signedScales(asm, half * LANES);
      return;
    }
    asm.emit(VPMOVZXBD, MINIMUMS, Mem.at(SCALE, half * LANES));
    asm.emit(VPANDD, SCALES, MINIMUMS, asm.constant(FIFTEEN).broadcasting());
    asm.emit(VPSRLD, MINIMUMS, MINIMUMS, 4);
    timesSuper(asm);
  }

  private static void signedScales(Assembler asm, int at) {
    asm.emit(VPMOVSXBD, SCALES, Mem.at(SCALE, at));
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
  }

  private static void timesSuper(Assembler asm) {
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VCVTDQ2PS, MINIMUMS, MINIMUMS);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
    asm.emit(VMULPS, MINIMUMS, MINIMUMS, SUPER_MINIMUMS);
  }

  /// Sums begin with what the offset of the weights takes off.
  private void beginSums(Assembler asm, int half) {
    int shift = type.offsetShift();
    for (int token = 0; token < tokens; token++) {
      asm.emit(VPXORD, high(token), high(token), high(token));
      if (shift == PackedType.NO_OFFSET) {
        asm.emit(VPXORD, low(token), low(token), low(token));
      } else {
        int sum =
            scales.hasHalves()
                ? TokenPlanes.offsetSumOfHalf(shift, half)
                : TokenPlanes.offsetSum(shift);
        asm.emit(VPBROADCASTD, low(token), xPlain(token, sum));
      }
    }
  }

  /// Multiplies quads `first … end − 1` into the sums.
  private void quads(Assembler asm, int first, int end) {
    for (int quad = first; quad < end; quad++) {
      unpack(asm, quad);
      for (int token = 0; token < tokens; token++) {
        int column = 4 * quad;
        asm.emit(VPDPBUSD, high(token), WEIGHTS, x(token, TokenPlanes.HIGH + column));
        if (planes == Planes.TWO) {
          asm.emit(VPDPBUSD, low(token), WEIGHTS, x(token, TokenPlanes.LOW + column));
        }
      }
    }
  }

  /// Quad `quad` of all rows to `WEIGHTS`, as unsigned bytes.
  private void unpack(Assembler asm, int quad) {
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

  /// Adds the sums, times their scales, to the results.
  ///
  /// @param scaledSum where a unit of activations holds the sum of the same columns
  private void finish(Assembler asm, int scaledSum) {
    for (int token = 0; token < tokens; token++) {
      Vec total = low(token);
      asm.emit(VPSLLD, high(token), high(token), TokenPlanes.PLANE_SHIFT);
      asm.emit(VPADDD, total, total, high(token));
      asm.emit(VCVTDQ2PS, total, total);
      asm.emit(VMULPS, total, total, x(token, TokenPlanes.SCALE));
      asm.emit(VFMADD231PS, result(token), total, SCALES);
      if (scales == Scales.HALF_AND_MINIMUM) {
        asm.emit(VFMADD231PS, result(token), MINIMUMS, x(token, scaledSum));
      } else if (scales.hasMinimum()) {
        asm.emit(VFNMADD231PS, result(token), MINIMUMS, x(token, scaledSum));
      }
    }
  }

  private void store(Assembler asm) {
    asm.mov(X, OUT);
    for (int token = 0; token < tokens; token++) {
      asm.emit(VMOVUPS_STORE, Mem.at(X), result(token));
      if (token + 1 < tokens) {
        asm.add(X, OUT_STRIDE);
      }
    }
    asm.add(OUT, 4 * LANES);
  }

  private static Vec result(int token) {
    return Vec.zmm(token);
  }

  private static Vec high(int token) {
    return Vec.zmm(8 + token);
  }

  private static Vec low(int token) {
    return Vec.zmm(16 + token);
  }

  /// Four bytes of a token's unit, for all lanes.
  private static Mem x(int token, int offset) {
    return xPlain(token, offset).broadcasting();
  }

  private static Mem xPlain(int token, int offset) {
    Gp base = token < 4 ? X : X4;
    return switch (token % 4) {
      case 0 -> Mem.at(base, offset);
      case 1 -> Mem.at(base, X_STRIDE, 1, offset);
      case 2 -> Mem.at(base, X_STRIDE, 2, offset);
      default -> Mem.at(base, X_STRIDE3, 1, offset);
    };
  }
}
