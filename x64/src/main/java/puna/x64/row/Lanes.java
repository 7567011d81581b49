package puna.x64.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Operand;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// Float32 vectors of one width while a routine is emitted: all in which AVX-512 and AVX2 differ,
/// so that an emitter reads once.
///
/// A tail is the part of a row that fills no whole vector. It is read and written under a mask: k1
/// with AVX-512, the highest vector register with AVX2, which emitters with tails leave alone.
public final class Lanes {
  private static final Mask TAIL = Mask.k(1);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Assembler asm;
  private final Width width;
  private final Map<Float, Operand> splats = new HashMap<>();

  /// A whole vector, or the masked rest of a row.
  enum Piece {
    WHOLE,
    TAIL
  }

  /// The vector instructions of a tier.
  public enum Width {
    /// AVX2, FMA and F16C: 16 registers of 8 lanes.
    YMM(256),
    /// AVX-512 F, BW and VL: 32 registers of 16 lanes.
    ZMM(512);

    private final int bits;

    Width(int bits) {
      this.bits = bits;
    }

    /// Float32 values of a vector.
    public int lanes() {
      return bits / 32;
    }

    public int bytes() {
      return bits / 8;
    }
  }

  public Lanes(Assembler asm, Width width) {
    this.asm = asm;
    this.width = width;
  }

  public Assembler asm() {
    return asm;
  }

  public Width width() {
    return width;
  }

  public boolean isWide() {
    return width == Width.ZMM;
  }

  /// Float32 values of a vector.
  public int count() {
    return width.lanes();
  }

  /// Bytes of a vector.
  public int bytes() {
    return width.bytes();
  }

  public Vec vec(int number) {
    return new Vec(number, width.bits, 0, Vec.Masking.MERGE);
  }

  /// Half as wide.
  public Vec half(int number) {
    return vec(number).as(width.bits / 2);
  }

  public void load(Vec target, Mem source) {
    asm.emit(VectorOp.VMOVUPS, target, source);
  }

  public void store(Mem target, Vec source) {
    asm.emit(VectorOp.VMOVUPS_STORE, target, source);
  }

  public void zero(Vec target) {
    if (target.number() < 16) {
      Vec low = target.as(128); // clears the whole register
      asm.emit(VectorOp.VXORPS, low, low, low);
    } else {
      asm.emit(VectorOp.VPXORD, target, target, target);
    }
  }

  /// The same number in all lanes, from the routine's constants.
  public Operand splat(float value) {
    return splats.computeIfAbsent(value, this::replicated);
  }

  private Operand replicated(float value) {
    int[] lanes = new int[isWide() ? 1 : count()];
    Arrays.fill(lanes, Float.floatToRawIntBits(value));
    return isWide() ? constant(lanes).broadcasting() : constant(lanes);
  }

  /// A constant of 32-bit lanes.
  Mem constant(int... lanes) {
    byte[] bytes = new byte[4 * lanes.length];
    for (int i = 0; i < lanes.length; i++) {
      INTS.set(bytes, 4 * i, lanes[i]);
    }
    return asm.constant(bytes);
  }

  /// Loads the same number into all lanes.
  public void splat(Vec target, float value) {
    asm.emit(VectorOp.VBROADCASTSS, target, constant(Float.floatToRawIntBits(value)));
  }

  // ---- tails

  /// Makes `remaining` lanes the tail. Changes both registers.
  void prepareTail(Gp remaining, Gp address) {
    if (isWide()) {
      int[] masks = new int[count()];
      for (int lanes = 0; lanes < count(); lanes++) {
        masks[lanes] = (1 << lanes) - 1;
      }
      asm.lea(address, constant(masks));
      asm.kmovw(TAIL, Mem.at(address, remaining, 4));
    } else {
      int[] ramp = new int[2 * count()];
      Arrays.fill(ramp, 0, count(), -1);
      asm.lea(address, constant(ramp));
      asm.imul(remaining, remaining, -1);
      load(tailMask(), Mem.at(address, remaining, 4, bytes()));
    }
  }

  private Vec tailMask() {
    return vec(15);
  }

  /// Loads the tail, and zero in the other lanes.
  void loadTail(Vec target, Mem source) {
    if (isWide()) {
      asm.emit(VectorOp.VMOVUPS, target.zeroing(TAIL), source);
    } else {
      asm.emit(VectorOp.VMASKMOVPS, target, tailMask().as(target.bits()), source);
    }
  }

  void storeTail(Mem target, Vec source) {
    if (isWide()) {
      asm.emit(VectorOp.VMOVUPS_STORE, target, source.merging(TAIL));
    } else {
      asm.emit(VectorOp.VMASKMOVPS_STORE, source, tailMask(), target);
    }
  }

  void load(Piece piece, Vec target, Mem source) {
    switch (piece) {
      case WHOLE -> load(target, source);
      case TAIL -> loadTail(target, source);
    }
  }

  void store(Piece piece, Mem target, Vec source) {
    switch (piece) {
      case WHOLE -> store(target, source);
      case TAIL -> storeTail(target, source);
    }
  }

  // ---- sums across lanes

  /// Every 128-bit part of `target` becomes the combination of all parts of it.
  public void combineParts(VectorOp op, Vec target, Vec temporary) {
    if (isWide()) {
      asm.emit(VectorOp.VSHUFI32X4, temporary, target, target, 0x4E);
      asm.emit(op, target, target, temporary);
      asm.emit(VectorOp.VSHUFI32X4, temporary, target, target, 0xB1);
    } else {
      asm.emit(VectorOp.VPERM2I128, temporary, target, target, 0x01);
    }
    asm.emit(op, target, target, temporary);
  }

  /// Every lane of `target` becomes the sum of all its lanes.
  void sumLanes(Vec target, Vec temporary) {
    combineParts(VectorOp.VADDPS, target, temporary);
    asm.emit(VectorOp.VPERMILPS, temporary, target, 0x4E);
    asm.emit(VectorOp.VADDPS, target, target, temporary);
    asm.emit(VectorOp.VPERMILPS, temporary, target, 0xB1);
    asm.emit(VectorOp.VADDPS, target, target, temporary);
  }

  // ---- loops

  /// Runs `body` while `at + step ≤ end`, raising `at` by `step` each time.
  public void loop(Gp at, Gp end, Gp temporary, int step, Runnable body) {
    Label top = new Label();
    Label done = new Label();
    asm.lea(temporary, Mem.at(at, step));
    asm.cmp(temporary, end);
    asm.jump(Condition.ABOVE, done);
    asm.bind(top);
    body.run();
    asm.add(at, step);
    asm.lea(temporary, Mem.at(at, step));
    asm.cmp(temporary, end);
    asm.jump(Condition.BELOW_OR_EQUAL, top);
    asm.bind(done);
  }

  /// Runs `body` `count` times, which may be 0 times, counting the register down.
  public void repeat(Gp count, Runnable body) {
    Label top = new Label();
    Label done = new Label();
    asm.test(count, count);
    asm.jump(Condition.EQUAL, done);
    asm.bind(top);
    body.run();
    asm.alu(Alu.SUB, count, 1);
    asm.jump(Condition.NOT_EQUAL, top);
    asm.bind(done);
  }

  /// Runs `body` unless the register is 0.
  public void unlessZero(Gp register, Runnable body) {
    Label done = new Label();
    asm.test(register, register);
    asm.jump(Condition.EQUAL, done);
    body.run();
    asm.bind(done);
  }
}
