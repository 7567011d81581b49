package puna.x64.row;

import puna.x64.asm.Operand;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// 2^x and e^x on whole vectors.
///
/// x · log2 e = n + r with n whole and |r| ≤ 1/2; 2^r by a polynomial of degree 6 that interpolates
/// (2^r − 1)/r at Chebyshev's points; 2^n goes into the exponent. NaN stays NaN.
public final class Exponential {
  // log2 e in two parts; with fused multiplication their sum is as good as 48 bits.
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LOG2_E_REST = 0x1.4ae0cp-26f;
  private static final int ROUND_TO_NEAREST = 8; // and raise nothing
  private static final float LEAST_POWER = -120f;

  /// How exact the polynomial is; its coefficients, highest power first.
  public enum Precision {
    /// Degree 6: 1.3 units in the last place of float32.
    FLOAT(
        0x1.44138ap-13f,
        0x1.5f0890p-10f,
        0x1.3b2a54p-7f,
        0x1.c6af6cp-5f,
        0x1.ebfbe0p-3f,
        0x1.62e430p-1f,
        1f),
    /// Degree 4, a relative error of 7e-6: for what is rounded to bf16 next.
    HALF(0x1.3c6e5cp-7f, 0x1.c96d5ep-5f, 0x1.ebfb3ep-3f, 0x1.62e2d2p-1f, 1f);

    private final float[] coefficients;

    Precision(float... coefficients) {
      this.coefficients = coefficients;
    }
  }

  private final Lanes lanes;
  private final float[] coefficients;
  private int constants = -1; // the first register that holds coefficients

  public Exponential(Lanes lanes) {
    this(lanes, Precision.FLOAT);
  }

  public Exponential(Lanes lanes, Precision precision) {
    this.lanes = lanes;
    this.coefficients = precision.coefficients;
  }

  /// Loads the coefficients and the bound into registers from `first` on, to be left alone; only
  /// with AVX-512, which has registers to spare.
  public void keepConstants(int first) {
    if (lanes.isWide()) {
      constants = first;
      for (int i = 0; i < coefficients.length; i++) {
        lanes.splat(lanes.vec(first + i), coefficients[i]);
      }
      lanes.splat(lanes.vec(first + coefficients.length), LEAST_POWER);
    }
  }

  /// `x ← 2^x`, for x up to 128, not infinite; x below −120 counts as −120.
  ///
  /// For a weight of attention that is nothing, and subnormal results would take a hundred times as
  /// long: processors compute them by microcode.
  public void powerOfTwo(Vec x, Vec whole, Vec result) {
    if (constants < 0) {
      lanes.splat(result, LEAST_POWER);
      lanes.asm().emit(VectorOp.VMAXPS, x, result, x);
    } else {
      lanes.asm().emit(VectorOp.VMAXPS, x, lanes.vec(constants + coefficients.length), x);
    }
    round(whole, x);
    lanes.asm().emit(VectorOp.VSUBPS, x, x, whole);
    polynomial(x, result);
    scale(x, result, whole);
  }

  /// `x ← e^x`, for any x: too small a result is 0, too large a one infinite.
  void exponential(Vec x, Vec whole, Vec result) {
    // In this order a NaN comes through: both return their second source then.
    Vec bound = result;
    lanes.splat(bound, 90f);
    lanes.asm().emit(VectorOp.VMINPS, x, bound, x);
    lanes.splat(bound, -105f);
    lanes.asm().emit(VectorOp.VMAXPS, x, bound, x);
    emit(VectorOp.VMULPS, whole, x, LOG2_E);
    round(whole, whole);
    lanes.zero(result);
    lanes.asm().emit(VectorOp.VSUBPS, result, result, whole);
    emit(VectorOp.VFMADD231PS, result, x, LOG2_E);
    emit(VectorOp.VFMADD231PS, result, x, LOG2_E_REST);
    lanes.asm().emit(VectorOp.VMOVUPS, x, result);
    polynomial(x, result);
    scale(x, result, whole);
  }

  private void round(Vec target, Vec source) {
    VectorOp op = lanes.isWide() ? VectorOp.VRNDSCALEPS : VectorOp.VROUNDPS;
    lanes.asm().emit(op, target, source, ROUND_TO_NEAREST);
  }

  private void polynomial(Vec r, Vec result) {
    if (constants < 0) {
      lanes.splat(result, coefficients[0]);
    } else {
      lanes.asm().emit(VectorOp.VMOVUPS, result, lanes.vec(constants));
    }
    for (int i = 1; i < coefficients.length; i++) {
      Operand coefficient = constants < 0 ? lanes.splat(coefficients[i]) : lanes.vec(constants + i);
      lanes.asm().emit(VectorOp.VFMADD213PS, result, r, coefficient);
    }
  }

  /// `target ← result · 2^whole`.
  private void scale(Vec target, Vec result, Vec whole) {
    if (lanes.isWide()) {
      lanes.asm().emit(VectorOp.VSCALEFPS, target, result, whole);
      return;
    }
    // In two factors, so that the smallest and the largest results come out.
    lanes.asm().emit(VectorOp.VCVTPS2DQ, whole, whole);
    lanes.asm().emit(VectorOp.VPSRAD, target, whole, 1);
    lanes.asm().emit(VectorOp.VPSUBD, whole, whole, target);
    multiplyByPower(result, target);
    multiplyByPower(result, whole);
    lanes.asm().emit(VectorOp.VMOVUPS, target, result);
  }

  private void multiplyByPower(Vec result, Vec power) {
    lanes.asm().emit(VectorOp.VPSLLD, power, power, 23);
    lanes.asm().emit(VectorOp.VPADDD, power, power, lanes.splat(1f)); // the bits of 1: bias · 2^23
    lanes.asm().emit(VectorOp.VMULPS, result, result, power);
  }

  private void emit(VectorOp op, Vec target, Vec source, float constant) {
    Operand splat = lanes.splat(constant);
    lanes.asm().emit(op, target, source, splat);
  }
}
