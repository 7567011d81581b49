package puna.x64.attention;

import static puna.x64.attention.NarrowAttention.POSITIONS;
import static puna.x64.attention.NarrowAttention.SCORES;
import static puna.x64.attention.NarrowAttention.STATE;
import static puna.x64.attention.NarrowLayout.QUERIES;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.row.Exponential;
import puna.x64.row.Lanes;

/// Turns the scores of a tile into weights below the running maximum, and says by what earlier sums
/// are to be multiplied. Scores are logarithms to base two.
final class NarrowSoftmax {
  /// Below every score, and finite, so that differences are numbers.
  static final float LOWEST = -1e30f;

  private static final Gp AT = Gp.RAX;
  private static final Gp END = Gp.RBX;
  private static final Gp NEXT = Gp.RBP;

  private final Lanes lanes;
  private final Assembler asm;

  NarrowSoftmax(Lanes lanes) {
    this.lanes = lanes;
    this.asm = lanes.asm();
  }

  void emit() {
    Exponential exponential = new Exponential(lanes);
    Vec maximum = lanes.vec(0);
    Vec sum = lanes.vec(1);
    Vec factor = lanes.vec(2);
    Vec weight = lanes.vec(3);
    Mem scores = Mem.at(SCORES, AT, 1);
    int together = lanes.count() / QUERIES;
    asm.lea(END, Mem.at(POSITIONS, together - 1));
    asm.alu(Alu.AND, END, -together);
    asm.shl(END, 4);

    Mem state = Mem.at(STATE, NarrowLayout.maximum());
    lanes.load(maximum, state);
    asm.clear(AT);
    lanes.loop(
        AT, END, NEXT, lanes.bytes(), () -> asm.emit(VectorOp.VMAXPS, maximum, maximum, scores));
    lanes.combineParts(VectorOp.VMAXPS, maximum, weight);
    lanes.load(factor, state);
    lanes.store(state, maximum);
    asm.emit(VectorOp.VSUBPS, factor, factor, maximum);
    exponential.powerOfTwo(factor, lanes.vec(4), lanes.vec(5));
    lanes.store(Mem.at(STATE, NarrowLayout.factor(lanes.width())), factor);

    Mem sums = Mem.at(STATE, NarrowLayout.sum(lanes.width()));
    asm.emit(VectorOp.VMULPS, sum, factor, sums);
    asm.clear(AT);
    lanes.loop(
        AT,
        END,
        NEXT,
        lanes.bytes(),
        () -> {
          lanes.load(weight, scores);
          asm.emit(VectorOp.VSUBPS, weight, weight, maximum);
          exponential.powerOfTwo(weight, lanes.vec(4), lanes.vec(5));
          lanes.store(scores, weight);
          asm.emit(VectorOp.VADDPS, sum, sum, weight);
        });
    lanes.store(sums, sum);
  }
}
