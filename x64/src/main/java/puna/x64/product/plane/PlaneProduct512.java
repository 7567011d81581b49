package puna.x64.product.plane;

import static puna.x64.asm.VectorOp.*;

import java.util.stream.IntStream;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.panel.TokenPlanes;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker;
import puna.x64.product.UnitUnpacker512;

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
public final class PlaneProduct512 implements Emitter {
  static final int LANES = UnitUnpacker512.LANES;

  // pointers; R11, R13 and RDI belong to RowGroups
  private static final Gp X = Gp.RSI; // tokens 0..3
  private static final Gp X4 = Gp.RBX; // tokens 4..7
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp X_STRIDE3 = Gp.R9;
  private static final Gp UNITS = Gp.R10;
  private static final Gp OUT = Gp.R12;
  private static final Gp INNER = Gp.R14;

  // vectors: 0..7 results, 8..15 sums of the high plane, 16..23 of the low plane
  private static final Vec WEIGHTS = UnitUnpacker512.WEIGHTS;
  private static final Vec SCALES = UnitUnpacker512.SCALES;
  private static final Vec MINIMUMS = UnitUnpacker512.MINIMUMS;

  private final PackedType type;
  private final Scales scales;
  private final Planes planes;
  private final int tokens;
  private final UnitUnpacker512 unit;

  /// @param planes how many planes of the activations are read
  /// @param tokens 1 to 8
  public PlaneProduct512(PackedType type, Planes planes, int tokens) {
    this.type = type;
    this.planes = planes;
    this.scales = type.scales();
    this.tokens = tokens;
    this.unit = new UnitUnpacker512(type, UnitUnpacker.Order.GROUPS);
  }

  @Override
  public String name() {
    return "product-" + type + "-" + tokens;
  }

  @Override
  public void emit(Assembler asm) {
    preamble(asm);
    RowGroups.forEach(
        asm,
        32,
        () -> {
          beginGroup(asm);
          unit.forEachUnit(asm, UNITS, INNER, this::columns, () -> nextX(asm));
          store(asm);
        });
  }

  private void preamble(Assembler asm) {
    RowGroups.begin(asm, OUT);
    asm.mov(X_STRIDE, RowGroups.field("xStride"));
    asm.lea(X_STRIDE3, Mem.at(X_STRIDE, X_STRIDE, 2));
    unit.constants(asm, INNER);
  }

  private void beginGroup(Assembler asm) {
    unit.begin(asm);
    RowGroups.advance(asm, UNITS);
    asm.mov(X, RowGroups.field("x"));
    if (tokens > 4) {
      asm.lea(X4, Mem.at(X, X_STRIDE, 4));
    }
    for (int token = 0; token < tokens; token++) {
      asm.emit(VPXORD, result(token), result(token), result(token));
    }
  }

  private void columns(Assembler asm, int half, int first, int end) {
    int scaledSum = TokenPlanes.SCALED_SUM;
    if (scales.hasHalves()) {
      scaledSum = half == 0 ? TokenPlanes.SCALED_SUM_FIRST : TokenPlanes.SCALED_SUM_SECOND;
    }
    beginSums(asm, half);
    quads(asm, first, end);
    finish(asm, scaledSum);
  }

  private void nextX(Assembler asm) {
    asm.add(X, TokenPlanes.UNIT_BYTES);
    if (tokens > 4) {
      asm.add(X4, TokenPlanes.UNIT_BYTES);
    }
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
      unit.unpack(asm, quad);
      for (int token = 0; token < tokens; token++) {
        int column = 4 * quad;
        asm.emit(VPDPBUSD, high(token), WEIGHTS, x(token, TokenPlanes.HIGH + column));
        if (planes == Planes.TWO) {
          asm.emit(VPDPBUSD, low(token), WEIGHTS, x(token, TokenPlanes.LOW + column));
        }
      }
    }
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
    RowGroups.store(
        asm, OUT, X, IntStream.range(0, tokens).mapToObj(PlaneProduct512::result).toList());
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
    return RowGroups.strided(base, X_STRIDE, X_STRIDE3, token % 4, offset);
  }
}
