package puna.x64.product.plane;

import static puna.x64.asm.VectorOp.*;
import static puna.x64.product.UnitUnpacker256.*;

import java.util.stream.IntStream;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.panel.TokenPlanes;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.product.Dot;
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker.Columns;
import puna.x64.product.UnitUnpacker.Order;
import puna.x64.product.UnitUnpacker256;
import puna.x64.product.UnitUnpacker256.WholeBytes;

/// Rows of a packed matrix times 1 to 4 tokens in planes of bytes (AVX2, AVX-VNNI).
///
/// The outline is that of `PlaneProduct512` with eight rows a vector. AVX2 multiplies bytes in
/// pairs to 16 bits, which small numbers let it add up over several quads before the sums are
/// widened. Levels of a whole byte would overflow even in one pair, so they are made signed, and
/// the sign moves to the activations. AVX-VNNI adds to 32 bits at once: there all levels are
/// unsigned, and there are registers for four tokens.
public final class PlaneProduct256 implements Emitter, Columns {
  // R11, R13 and RDI belong to RowGroups
  private static final Gp X = Gp.RSI;
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp UNITS = Gp.R10;
  private static final Gp OUT = Gp.R12;
  private static final Gp INNER = Gp.R14;
  private static final Gp X_STRIDE3 = Gp.R15;

  // from 0 on results, sums of the low plane and sums of the high one, of a token each. Two tokens
  // leave 6..9 for the sums in 16 bits; the last sums of four are where scales come later.
  private static final int FIRST_TAKEN = 10; // by the unpacker
  private static final Vec ONES = Vec.ymm(13); // 16-bit
  private static final Vec MAGNITUDES = MINIMUMS; // of signed levels, which have no minima
  private static final int[] LAST_SUMS = {ONES.number(), SCALES.number()};

  private final PackedType type;
  private final Numbers numbers;
  private final Scales scales;
  private final Planes planes;
  private final int tokens;
  private final Dot dot;
  private final boolean signed;
  private final UnitUnpacker256 unit;

  /// @param tokens 1 or 2; 4 as well where the products accumulate
  /// @param dot how bytes are multiplied
  public PlaneProduct256(PackedType type, Planes planes, int tokens, Dot dot) {
    this.type = type;
    this.numbers = type.numbers();
    this.scales = type.scales();
    this.planes = planes;
    this.tokens = tokens;
    this.dot = dot;
    this.unit =
        new UnitUnpacker256(
            type, Order.GROUPS, dot.accumulates() ? WholeBytes.UNSIGNED : WholeBytes.SIGNED);
    this.signed = unit.isSigned();
  }

  @Override
  public String name() {
    return "product-" + type + "-" + tokens + dot.suffix();
  }

  @Override
  public void emit(Assembler asm) {
    RowGroups.begin(asm, OUT);
    asm.mov(X_STRIDE, RowGroups.field("xStride"));
    if (tokens > 2) {
      asm.lea(X_STRIDE3, Mem.at(X_STRIDE, X_STRIDE, 2));
    }
    unit.constants(asm);
    if (!dot.accumulates()) {
      asm.emit(VPCMPEQD, ONES, ONES, ONES);
      asm.emit(VPSRLW, ONES, ONES, 15);
    }
    RowGroups.forEach(asm, 32, () -> group(asm));
  }

  private void group(Assembler asm) {
    beginGroup(asm);
    unit.forEachUnit(asm, UNITS, INNER, this, () -> asm.add(X, TokenPlanes.UNIT_BYTES));
    store(asm);
  }

  private void beginGroup(Assembler asm) {
    unit.begin(asm);
    RowGroups.advance(asm, UNITS);
    asm.mov(X, RowGroups.field("x"));
    for (int token = 0; token < tokens; token++) {
      asm.emit(VXORPS, result(token), result(token), result(token));
    }
  }

  /// Multiplies quads `first … end − 1` into fresh sums, those of both planes in `low` at the end.
  @Override
  public void before(Assembler asm, int half, int first, int end) {
    beginSums(asm, half);
    if (dot.accumulates()) {
      accumulate(asm, first, end);
    } else {
      multiplyInPairs(asm, first, end);
    }
    for (int token = 0; token < tokens; token++) {
      asm.emit(VPSLLD, high(token), high(token), TokenPlanes.PLANE_SHIFT);
      asm.emit(VPADDD, low(token), low(token), high(token));
    }
  }

  private void accumulate(Assembler asm, int first, int end) {
    for (int quad = first; quad < end; quad++) {
      unit.unpack(asm, quad);
      for (int token = 0; token < tokens; token++) {
        accumulate(asm, high(token), x(token, TokenPlanes.HIGH + 4 * quad));
        if (planes == Planes.TWO) {
          accumulate(asm, low(token), x(token, TokenPlanes.LOW + 4 * quad));
        }
      }
    }
  }

  private void accumulate(Assembler asm, Vec sum, Mem activations) {
    asm.emit(VPBROADCASTD, PRODUCT, activations);
    dot.bytes(asm, sum, WEIGHTS, PRODUCT);
  }

  private void multiplyInPairs(Assembler asm, int first, int end) {
    int together = signed ? 1 : quadsTogether();
    for (int quad = first; quad < end; quad++) {
      unit.unpack(asm, quad);
      if (signed) {
        asm.emit(VPABSB, MAGNITUDES, WEIGHTS);
      }
      boolean fresh = (quad - first) % together == 0;
      for (int token = 0; token < tokens; token++) {
        multiply(asm, token, TokenPlanes.HIGH + 4 * quad, short16(token, 0), fresh);
        if (planes == Planes.TWO) {
          multiply(asm, token, TokenPlanes.LOW + 4 * quad, short16(token, 1), fresh);
        }
      }
      if ((quad - first) % together == together - 1) {
        widen(asm);
      }
    }
  }

  /// How many products of the largest number and activation, two a pair, 16 bits can add up.
  private int quadsTogether() {
    int largest = type.levels().table().length > 0 ? 31 : (1 << numbers.bits()) - 1;
    int quads = Short.MAX_VALUE / (2 * largest * 127);
    return Math.min(Integer.highestOneBit(quads), scales.hasHalves() ? 4 : 8);
  }

  /// Sums begin with what the offset of the weights takes off; signed levels have none.
  private void beginSums(Assembler asm, int half) {
    int shift = type.offsetShift();
    for (int token = 0; token < tokens; token++) {
      asm.emit(VPXOR, high(token), high(token), high(token));
      if (shift == PackedType.NO_OFFSET || signed) {
        asm.emit(VPXOR, low(token), low(token), low(token));
      } else {
        int sum =
            scales.hasHalves()
                ? TokenPlanes.offsetSumOfHalf(shift, half)
                : TokenPlanes.offsetSum(shift);
        // one lane's share each: all lanes are rows
        asm.emit(VPBROADCASTD, low(token), x(token, sum));
      }
    }
  }

  private void multiply(Assembler asm, int token, int at, Vec sum, boolean fresh) {
    Vec product = fresh ? sum : PRODUCT;
    asm.emit(VPBROADCASTD, product, x(token, at));
    if (signed) {
      asm.emit(VPSIGNB, product, product, WEIGHTS);
      dot.bytes(asm, product, MAGNITUDES, product);
    } else {
      dot.bytes(asm, product, WEIGHTS, product);
    }
    if (!fresh) {
      asm.emit(VPADDW, sum, sum, product);
    }
  }

  private void widen(Assembler asm) {
    for (int token = 0; token < tokens; token++) {
      widen(asm, high(token), short16(token, 0));
      if (planes == Planes.TWO) {
        widen(asm, low(token), short16(token, 1));
      }
    }
  }

  private static void widen(Assembler asm, Vec sum, Vec words) {
    asm.emit(VPMADDWD, words, words, ONES);
    asm.emit(VPADDD, sum, sum, words);
  }

  /// Adds the sums, times their scales, to the results.
  @Override
  public void emit(Assembler asm, int half, int first, int end) {
    int scaledSum =
        scales.hasHalves() ? TokenPlanes.SCALED_SUM_FIRST + 4 * half : TokenPlanes.SCALED_SUM;
    for (int token = 0; token < tokens; token++) {
      Vec total = low(token);
      asm.emit(VCVTDQ2PS, total, total);
      asm.emit(VBROADCASTSS, PRODUCT, x(token, TokenPlanes.SCALE));
      asm.emit(VMULPS, total, total, PRODUCT);
      asm.emit(VFMADD231PS, result(token), total, SCALES);
      if (scales.hasMinimum()) {
        asm.emit(VBROADCASTSS, PRODUCT, x(token, scaledSum));
        asm.emit(
            scales == Scales.HALF_AND_MINIMUM ? VFMADD231PS : VFNMADD231PS,
            result(token),
            MINIMUMS,
            PRODUCT);
      }
    }
  }

  private void store(Assembler asm) {
    RowGroups.store(
        asm, OUT, X, IntStream.range(0, tokens).mapToObj(PlaneProduct256::result).toList());
  }

  private static Vec result(int token) {
    return Vec.ymm(token);
  }

  /// The 32-bit sums of the low plane, and of both in the end.
  private Vec low(int token) {
    return Vec.ymm(tokens + token);
  }

  private Vec high(int token) {
    int number = 2 * tokens + token;
    return Vec.ymm(number < FIRST_TAKEN ? number : LAST_SUMS[number - FIRST_TAKEN]);
  }

  private static Vec short16(int token, int plane) {
    return Vec.ymm(6 + 2 * token + plane);
  }

  private static Mem x(int token, int offset) {
    return RowGroups.strided(X, X_STRIDE, X_STRIDE3, token, offset);
  }
}
