package puna.x64.attention;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// How queries come into the layout that products want, and outputs back.
final class HeadEmitters {
  private HeadEmitters() {}

  private static Mem at(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }

  /// Heads anywhere in memory, one a lane, to rows of lanes and back, four lanes and four values at
  /// a time.
  static final class Transpose implements Emitter {
    private static final ArgumentLayout LAYOUT =
        ArgumentLayout.of("heads", "rows", "rowBytes", "lanes", "values", "scale", "sums");
    static final long HEADS = LAYOUT.offset("heads"); // an address a lane
    static final long ROWS = LAYOUT.offset("rows");
    static final long ROW_BYTES = LAYOUT.offset("rowBytes");
    static final long LANES = LAYOUT.offset("lanes"); // divided by four
    static final long VALUES = LAYOUT.offset("values"); // of a head, divided by four
    static final long SCALE = LAYOUT.offset("scale"); // float32, of what is gathered
    static final long SUMS = LAYOUT.offset("sums"); // by lane, divide what is scattered

    private static final Gp TABLE = Gp.RSI;
    private static final Gp COLUMN = Gp.RDX;
    private static final Gp ROW = Gp.RCX;
    private static final Gp LANES_LEFT = Gp.R8;
    private static final Gp AT = Gp.RAX; // in the heads, bytes
    private static final Gp ROW_AT = Gp.RBX;
    private static final Gp VALUES_LEFT = Gp.RBP;
    private static final Gp SUM_COLUMN = Gp.R9;
    private static final Gp[] HEAD = {Gp.R12, Gp.R13, Gp.R14, Gp.R15};
    private static final int FACTOR = 8; // the register with the scale, or one over the sums

    private final Direction direction;

    enum Direction {
      GATHER,
      SCATTER
    }

    Transpose(Direction direction) {
      this.direction = direction;
    }

    @Override
    public String name() {
      return direction.name();
    }

    @Override
    public void emit(Assembler asm) {
      Lanes lanes = new Lanes(asm, Lanes.Width.YMM);
      asm.mov(TABLE, at(HEADS));
      asm.mov(COLUMN, at(ROWS));
      asm.mov(ROW, at(ROW_BYTES));
      asm.mov(LANES_LEFT, at(LANES));
      asm.mov(SUM_COLUMN, at(SUMS));
      if (direction == Direction.GATHER) {
        asm.emit(VectorOp.VBROADCASTSS, Vec.xmm(FACTOR), at(SCALE));
      }
      lanes.repeat(LANES_LEFT, () -> fourLanes(lanes));
    }

    private void fourLanes(Lanes lanes) {
      Assembler asm = lanes.asm();
      for (int lane = 0; lane < 4; lane++) {
        asm.mov(HEAD[lane], Mem.at(TABLE, 8 * lane));
      }
      if (direction == Direction.SCATTER) {
        lanes.splat(Vec.xmm(FACTOR), 1f);
        asm.emit(VectorOp.VDIVPS, Vec.xmm(FACTOR), Vec.xmm(FACTOR), Mem.at(SUM_COLUMN));
        asm.add(SUM_COLUMN, 16);
      }
      asm.clear(AT);
      asm.mov(ROW_AT, COLUMN);
      asm.mov(VALUES_LEFT, at(VALUES));
      lanes.repeat(VALUES_LEFT, () -> fourValues(asm));
      asm.add(TABLE, 32);
      asm.add(COLUMN, 16);
    }

    private void fourValues(Assembler asm) {
      for (int i = 0; i < 4; i++) {
        Mem source = direction == Direction.GATHER ? Mem.at(HEAD[i], AT, 1) : Mem.at(ROW_AT);
        asm.emit(VectorOp.VMULPS, Vec.xmm(i), Vec.xmm(FACTOR), source);
        if (direction == Direction.SCATTER) {
          asm.add(ROW_AT, ROW);
        }
      }
      transpose(asm);
      for (int i = 0; i < 4; i++) {
        Mem target = direction == Direction.GATHER ? Mem.at(ROW_AT) : Mem.at(HEAD[i], AT, 1);
        asm.emit(VectorOp.VMOVUPS_STORE, target, Vec.xmm(i));
        if (direction == Direction.GATHER) {
          asm.add(ROW_AT, ROW);
        }
      }
      asm.add(AT, 16);
    }

    /// Registers 0 to 3 as a 4 × 4 matrix.
    static void transpose(Assembler asm) {
      asm.emit(VectorOp.VUNPCKLPS, Vec.xmm(4), Vec.xmm(0), Vec.xmm(1));
      asm.emit(VectorOp.VUNPCKLPS, Vec.xmm(5), Vec.xmm(2), Vec.xmm(3));
      asm.emit(VectorOp.VUNPCKHPS, Vec.xmm(6), Vec.xmm(0), Vec.xmm(1));
      asm.emit(VectorOp.VUNPCKHPS, Vec.xmm(7), Vec.xmm(2), Vec.xmm(3));
      asm.emit(VectorOp.VPUNPCKLQDQ, Vec.xmm(0), Vec.xmm(4), Vec.xmm(5));
      asm.emit(VectorOp.VPUNPCKHQDQ, Vec.xmm(1), Vec.xmm(4), Vec.xmm(5));
      asm.emit(VectorOp.VPUNPCKLQDQ, Vec.xmm(2), Vec.xmm(6), Vec.xmm(7));
      asm.emit(VectorOp.VPUNPCKHQDQ, Vec.xmm(3), Vec.xmm(6), Vec.xmm(7));
    }
  }
}
