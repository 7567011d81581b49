package puna.x64.product.plane;

import static puna.x64.asm.VectorOp.*;
import static puna.x64.product.UnitUnpacker256.*;

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
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker.Columns;
import puna.x64.product.UnitUnpacker.Order;
import puna.x64.product.UnitUnpacker256;

/// Rows of a packed matrix times 1 or 2 tokens in planes of bytes (AVX2).
///
/// The outline is that of `PlaneProduct512` with eight rows a vector. AVX2 multiplies bytes in
/// pairs to 16 bits, which small numbers let it add up over several quads before the sums are
/// widened. Levels of a whole byte would overflow even in one pair, so they are made signed, and
/// the sign moves to the activations.
public final class PlaneProduct256 implements Emitter, Columns {
  // R11, R13 and RDI belong to RowGroups
  private static final Gp X = Gp.RSI;
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp UNITS = Gp.R10;
  private static final Gp OUT = Gp.R12;
  private static final Gp INNER = Gp.R14;
  private static final Gp OUT_STRIDE = Gp.R15;

  // 0, 1 results; 2, 3 and 4, 5 sums of the high and low plane in 32 bits; 6..9 the same in 16 bits
  private static final Vec ONES = Vec.ymm(13); // 16-bit
  private static final Vec MAGNITUDES = MINIMUMS; // of signed levels, which have no minima

  private final PackedType type;
  private final Numbers numbers;
  private final Scales scales;
  private final Planes planes;
  private final int tokens;
  private final boolean signed;
  private final UnitUnpacker256 unit;

  /// @param tokens 1 or 2
  public PlaneProduct256(PackedType type, Planes planes, int tokens) {
    this.type = type;
    this.numbers = type.numbers();
    this.scales = type.scales();
    this.planes = planes;
    this.tokens = tokens;
    this.unit = new UnitUnpacker256(type, Order.GROUPS);
    this.signed = unit.isSigned();
  }

  @Override
  public String name() {
    return "product-" + type + "-" + tokens;
  }

  @Override
  public void emit(Assembler asm) {
    RowGroups.begin(asm, OUT);
    asm.mov(OUT_STRIDE, RowGroups.field("outStride"));
    asm.mov(X_STRIDE, RowGroups.field("xStride"));
    unit.constants(asm);
    asm.emit(VPCMPEQD, ONES, ONES, ONES);
    asm.emit(VPSRLW, ONES, ONES, 15);
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

  /// Multiplies quads `first … end − 1` into fresh sums.
  @Override
  public void before(Assembler asm, int half, int first, int end) {
    beginSums(asm, half);
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
      asm.emit(VPXOR, wide(token, 0), wide(token, 0), wide(token, 0));
      asm.emit(VPXOR, wide(token, 1), wide(token, 1), wide(token, 1));
      if (shift != PackedType.NO_OFFSET && !signed) {
        int sum =
            scales.hasHalves()
                ? TokenPlanes.offsetSumOfHalf(shift, half)
                : TokenPlanes.offsetSum(shift);
        // one lane's share each: all lanes are rows
        asm.emit(VPBROADCASTD, wide(token, 1), x(token, sum));
      }
    }
  }

  private void multiply(Assembler asm, int token, int at, Vec sum, boolean fresh) {
    Vec product = fresh ? sum : PRODUCT;
    asm.emit(VPBROADCASTD, product, x(token, at));
    if (signed) {
      asm.emit(VPSIGNB, product, product, WEIGHTS);
      asm.emit(VPMADDUBSW, product, MAGNITUDES, product);
    } else {
      asm.emit(VPMADDUBSW, product, WEIGHTS, product);
    }
    if (!fresh) {
      asm.emit(VPADDW, sum, sum, product);
    }
  }

  private void widen(Assembler asm) {
    for (int token = 0; token < tokens; token++) {
      for (int plane = 0; plane < (planes == Planes.TWO ? 2 : 1); plane++) {
        Vec sum = short16(token, plane);
        asm.emit(VPMADDWD, sum, sum, ONES);
        asm.emit(VPADDD, wide(token, plane), wide(token, plane), sum);
      }
    }
  }

  /// Adds the sums, times their scales, to the results.
  @Override
  public void emit(Assembler asm, int half, int first, int end) {
    int scaledSum =
        scales.hasHalves() ? TokenPlanes.SCALED_SUM_FIRST + 4 * half : TokenPlanes.SCALED_SUM;
    for (int token = 0; token < tokens; token++) {
      Vec total = wide(token, 1);
      asm.emit(VPSLLD, wide(token, 0), wide(token, 0), TokenPlanes.PLANE_SHIFT);
      asm.emit(VPADDD, total, total, wide(token, 0));
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
    asm.emit(VMOVUPS_STORE, Mem.at(OUT), result(0));
    if (tokens > 1) {
      asm.emit(VMOVUPS_STORE, Mem.at(OUT, OUT_STRIDE, 1), result(1));
    }
    asm.add(OUT, 4 * LANES);
  }

  private static Vec result(int token) {
    return Vec.ymm(token);
  }

  /// The 32-bit sums of a plane: 0 high, 1 low.
  private static Vec wide(int token, int plane) {
    return Vec.ymm(2 + 2 * token + plane);
  }

  private static Vec short16(int token, int plane) {
    return Vec.ymm(6 + 2 * token + plane);
  }

  private static Mem x(int token, int offset) {
    return token == 0 ? Mem.at(X, offset) : Mem.at(X, X_STRIDE, 1, offset);
  }
}
