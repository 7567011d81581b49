package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import puna.x64.ArgumentLayout;
import puna.x64.Emitter;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.kernel.TokenPlanes.Planes;

/// Float32 activations to two planes of bytes, `TokenPlanes` (AVX-512).
///
/// `hi = round(x / d)`, `lo = round(128 · (x / d − hi))` with `d = max|x| / 127` over the unit.
final class QuantizeTokens implements Emitter {
  static final ArgumentLayout ARGUMENTS = ArgumentLayout.of("x", "units", "out");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp X = Gp.RSI;
  private static final Gp OUT = Gp.RDX;
  private static final Gp UNITS = Gp.RCX;

  private static final Vec LEFT = Vec.zmm(0); // columns 0..15
  private static final Vec RIGHT = Vec.zmm(1); // columns 16..31
  private static final Vec PEAK = Vec.zmm(2);
  private static final Vec INVERSE = Vec.zmm(3);
  private static final Vec TEMPORARY = Vec.zmm(4);
  private static final Vec HIGH_LEFT = Vec.zmm(5);
  private static final Vec HIGH_RIGHT = Vec.zmm(6);
  private static final Vec LOW_LEFT = Vec.zmm(7);
  private static final Vec LOW_RIGHT = Vec.zmm(8);
  private static final Vec MAGNITUDE = Vec.zmm(16); // all bits but the sign
  private static final Vec SMALLEST = Vec.zmm(17); // below it a peak counts as this much
  private static final Vec STEPS = Vec.zmm(18); // 127
  private static final Vec PLANE = Vec.zmm(19); // 128
  private static final Vec UNSCALE = Vec.zmm(20); // 1 / (127 · 128)

  private final Planes planes;

  QuantizeTokens(Planes planes) {
    this.planes = planes;
  }

  static String name(Planes planes) {
    return "quantize-" + planes;
  }

  @Override
  public String name() {
    return name(planes);
  }

  @Override
  public void emit(Assembler asm) {
    asm.mov(X, ARGUMENTS.field(ARGS, "x"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.emit(VPBROADCASTD, MAGNITUDE, asm.constant(bytes(Float.intBitsToFloat(0x7FFFFFFF))));
    asm.emit(VBROADCASTSS, SMALLEST, asm.constant(bytes(1e-30f)));
    asm.emit(VBROADCASTSS, STEPS, asm.constant(bytes(127)));
    asm.emit(VBROADCASTSS, PLANE, asm.constant(bytes(128)));
    asm.emit(VBROADCASTSS, UNSCALE, asm.constant(bytes(1 / (127f * 128f))));
    Label unit = new Label();
    Label end = new Label();
    asm.test(UNITS, UNITS);
    asm.jump(Condition.EQUAL, end);
    asm.bind(unit);
    findPeak(asm);
    asm.emit(VDIVPS, INVERSE, STEPS, PEAK);
    split(asm, LEFT, HIGH_LEFT, LOW_LEFT);
    split(asm, RIGHT, HIGH_RIGHT, LOW_RIGHT);
    asm.emit(VPMOVSDB, Mem.at(OUT, TokenPlanes.HIGH), HIGH_LEFT);
    asm.emit(VPMOVSDB, Mem.at(OUT, TokenPlanes.HIGH + 16), HIGH_RIGHT);
    asm.emit(VPMOVSDB, Mem.at(OUT, TokenPlanes.LOW), LOW_LEFT);
    asm.emit(VPMOVSDB, Mem.at(OUT, TokenPlanes.LOW + 16), LOW_RIGHT);
    sums(asm);
    asm.add(X, 128);
    asm.add(OUT, TokenPlanes.UNIT_BYTES);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    asm.bind(end);
  }

  private static byte[] bytes(float value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
  }

  /// The largest magnitude of the unit in all lanes of `PEAK`.
  private static void findPeak(Assembler asm) {
    asm.emit(VMOVUPS, LEFT, Mem.at(X));
    asm.emit(VMOVUPS, RIGHT, Mem.at(X, 64));
    asm.emit(VPANDD, PEAK, LEFT, MAGNITUDE);
    asm.emit(VPANDD, TEMPORARY, RIGHT, MAGNITUDE);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VSHUFI32X4, TEMPORARY, PEAK, PEAK, 0x4E);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VSHUFI32X4, TEMPORARY, PEAK, PEAK, 0xB1);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, PEAK, 0x4E);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, PEAK, 0xB1);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VMAXPS, PEAK, PEAK, SMALLEST);
  }

  private void split(Assembler asm, Vec x, Vec high, Vec low) {
    asm.emit(VMULPS, x, x, INVERSE);
    asm.emit(VCVTPS2DQ, high, x);
    if (planes == Planes.ONE) {
      asm.emit(VPXORD, low, low, low);
      return;
    }
    asm.emit(VCVTDQ2PS, TEMPORARY, high);
    asm.emit(VSUBPS, x, x, TEMPORARY);
    asm.emit(VMULPS, x, x, PLANE);
    asm.emit(VCVTPS2DQ, low, x);
  }

  /// The scale and the sums of the unit behind its planes.
  private static void sums(Assembler asm) {
    asm.emit(VMULPS, PEAK, PEAK, UNSCALE);
    asm.emit(VMOVSS_STORE, Mem.at(OUT, TokenPlanes.SCALE), PEAK.as(128));
    total(asm, HIGH_LEFT, LOW_LEFT);
    total(asm, HIGH_RIGHT, LOW_RIGHT);
    asm.emit(VPADDD, LEFT.as(128), HIGH_LEFT.as(128), HIGH_RIGHT.as(128));
    for (int shift : new int[] {3, 4, 7}) {
      negated(asm, LEFT, shift, TokenPlanes.offsetSum(shift));
    }
    for (int shift : new int[] {2, 5}) {
      negated(asm, HIGH_LEFT, shift, TokenPlanes.offsetSumOfHalf(shift, 0));
      negated(asm, HIGH_RIGHT, shift, TokenPlanes.offsetSumOfHalf(shift, 1));
    }
    scaled(asm, HIGH_LEFT, TokenPlanes.SCALED_SUM_FIRST);
    scaled(asm, HIGH_RIGHT, TokenPlanes.SCALED_SUM_SECOND);
    scaled(asm, LEFT, TokenPlanes.SCALED_SUM);
  }

  /// `128 · high + low`, summed over all lanes into the lowest lane of `high`.
  private static void total(Assembler asm, Vec high, Vec low) {
    asm.emit(VPSLLD, high, high, TokenPlanes.PLANE_SHIFT);
    asm.emit(VPADDD, high, high, low);
    asm.emit(VSHUFI32X4, TEMPORARY, high, high, 0x4E);
    asm.emit(VPADDD, high, high, TEMPORARY);
    asm.emit(VSHUFI32X4, TEMPORARY, high, high, 0xB1);
    asm.emit(VPADDD, high, high, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, high, 0x4E);
    asm.emit(VPADDD, high, high, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, high, 0xB1);
    asm.emit(VPADDD, high, high, TEMPORARY);
  }

  /// Stores `−2^shift · sum`.
  private static void negated(Assembler asm, Vec sum, int shift, int offset) {
    asm.emit(VPSLLD, TEMPORARY.as(128), sum.as(128), shift);
    asm.emit(VPXORD, RIGHT, RIGHT, RIGHT);
    asm.emit(VPSUBD, TEMPORARY.as(128), RIGHT.as(128), TEMPORARY.as(128));
    asm.emit(VMOVD_STORE, Mem.at(OUT, offset), TEMPORARY.as(128));
  }

  private static void scaled(Assembler asm, Vec sum, int offset) {
    asm.emit(VCVTDQ2PS, TEMPORARY.as(128), sum.as(128));
    asm.emit(VMULPS, TEMPORARY.as(128), TEMPORARY.as(128), PEAK.as(128));
    asm.emit(VMOVSS_STORE, Mem.at(OUT, offset), TEMPORARY.as(128));
  }
}
