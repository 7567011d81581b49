package puna.x64.row;

import puna.x64.asm.Assembler;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// The loops over single rows: normalization, gating and adding.
public final class RowEmitters {
  private RowEmitters() {}

  /// `out ← x + y`.
  public static final class Add extends RowEmitter {
    public Add(Lanes.Width width) {
      super("add", width);
    }

    @Override
    void emit(Lanes lanes) {
      Vec x = lanes.vec(0);
      Vec y = lanes.vec(1);
      forEachVector(
          lanes,
          piece -> {
            lanes.load(piece, x, X);
            lanes.load(piece, y, Y);
            lanes.asm().emit(VectorOp.VADDPS, x, x, y);
            lanes.store(piece, OUT, x);
          });
    }
  }

  /// `out ← silu(x) ⊙ y`, with silu(z) = z / (1 + e^−z).
  public static final class Swiglu extends RowEmitter {
    public Swiglu(Lanes.Width width) {
      super("swiglu", width);
    }

    @Override
    void emit(Lanes lanes) {
      Assembler asm = lanes.asm();
      Exponential exponential = new Exponential(lanes);
      Vec gate = lanes.vec(0);
      Vec power = lanes.vec(1);
      Vec up = lanes.vec(4);
      forEachVector(
          lanes,
          piece -> {
            lanes.load(piece, gate, X);
            lanes.load(piece, up, Y);
            lanes.zero(power);
            asm.emit(VectorOp.VSUBPS, power, power, gate);
            exponential.exponential(power, lanes.vec(2), lanes.vec(3));
            asm.emit(VectorOp.VADDPS, power, power, lanes.splat(1f));
            asm.emit(VectorOp.VDIVPS, gate, gate, power);
            asm.emit(VectorOp.VMULPS, gate, gate, up);
            lanes.store(piece, OUT, gate);
          });
    }
  }

  /// `out ← x · y / constant`, with `y` the gains; the constant is turned into the root mean square
  /// from epsilon, the width and the values.
  public static final class RmsNorm extends RowEmitter {
    /// Vectors summed side by side: additions wait for their predecessors four cycles.
    private static final int SUMS = 4;

    public RmsNorm(Lanes.Width width) {
      super("rmsNorm", width);
    }

    @Override
    void emit(Lanes lanes) {
      Assembler asm = lanes.asm();
      Vec scale = lanes.vec(0);
      Vec value = lanes.vec(SUMS);
      Vec gain = lanes.vec(SUMS + 1);
      sumSquares(lanes);
      Vec low = scale.as(128);
      // squares · (1 / width) + epsilon, whose root divides
      Vec one = value.as(128);
      asm.emit(VectorOp.VMULSS, low, low, Mem.at(ARGUMENTS, 44));
      asm.emit(VectorOp.VADDSS, low, low, CONSTANT);
      asm.emit(VectorOp.VSQRTSS, low, low, low);
      lanes.splat(one, 1f);
      asm.emit(VectorOp.VDIVSS, low, one, low);
      asm.emit(VectorOp.VBROADCASTSS, scale, low);
      forEachVector(
          lanes,
          piece -> {
            lanes.load(piece, value, X);
            lanes.load(piece, gain, Y);
            asm.emit(VectorOp.VMULPS, value, value, scale);
            asm.emit(VectorOp.VMULPS, value, value, gain);
            lanes.store(piece, OUT, value);
          });
    }

    private static void sumSquares(Lanes lanes) {
      Assembler asm = lanes.asm();
      Vec value = lanes.vec(SUMS);
      for (int i = 0; i < SUMS; i++) {
        lanes.zero(lanes.vec(i));
      }
      asm.clear(AT);
      lanes.loop(
          AT,
          WHOLE,
          NEXT,
          SUMS * lanes.bytes(),
          () -> {
            for (int i = 0; i < SUMS; i++) {
              lanes.load(value, X.plus(i * lanes.bytes()));
              asm.emit(VectorOp.VFMADD231PS, lanes.vec(i), value, value);
            }
          });
      lanes.loop(
          AT,
          WHOLE,
          NEXT,
          lanes.bytes(),
          () -> {
            lanes.load(value, X);
            asm.emit(VectorOp.VFMADD231PS, lanes.vec(0), value, value);
          });
      asm.mov(TAIL, Mem.at(ARGUMENTS, 32));
      lanes.unlessZero(
          TAIL,
          () -> {
            lanes.loadTail(value, X);
            asm.emit(VectorOp.VFMADD231PS, lanes.vec(1), value, value);
          });
      asm.emit(VectorOp.VADDPS, lanes.vec(0), lanes.vec(0), lanes.vec(1));
      asm.emit(VectorOp.VADDPS, lanes.vec(2), lanes.vec(2), lanes.vec(3));
      asm.emit(VectorOp.VADDPS, lanes.vec(0), lanes.vec(0), lanes.vec(2));
      lanes.sumLanes(lanes.vec(0), value);
    }
  }
}
