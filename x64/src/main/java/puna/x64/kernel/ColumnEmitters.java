package puna.x64.kernel;

import puna.x64.ArgumentLayout;
import puna.x64.Emitter;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// What happens to a tile of scores whose lanes are queries and whose rows are positions.
///
/// The state is five rows: of each query the running maximum, the running sum of weights, the
/// factor for earlier sums, and the first and the last position that it sees, in float32.
final class ColumnEmitters {
  static final int STATE_ROWS = 5;
  static final int MAXIMUM = 0;
  static final int SUM = 1;
  static final int FACTOR = 2;
  static final int FIRST = 3;
  static final int LAST = 4;

  private static final ArgumentLayout LAYOUT =
      ArgumentLayout.of("scores", "rowBytes", "rows", "state", "vectors", "position");
  static final long SCORES = LAYOUT.offset("scores");
  static final long ROW_BYTES = LAYOUT.offset("rowBytes");
  static final long ROWS = LAYOUT.offset("rows"); // at least one
  static final long STATE = LAYOUT.offset("state");
  static final long VECTORS = LAYOUT.offset("vectors"); // of a row
  static final long POSITION = LAYOUT.offset("position"); // of the first row, float32

  private static final Gp COLUMN = Gp.RSI;
  private static final Gp ROW = Gp.RDX;
  private static final Gp STATE_COLUMN = Gp.RCX;
  private static final Gp COLUMNS_LEFT = Gp.R8;
  private static final Gp ROWS_LEFT = Gp.R9;
  private static final Gp AT = Gp.RAX;
  private static final Gp STATE_AT = Gp.RBX;

  private ColumnEmitters() {}

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }

  /// Runs `column` for each vector of a row.
  private static void forEachColumn(Lanes lanes, Runnable column) {
    Assembler asm = lanes.asm();
    asm.mov(COLUMN, argument(SCORES));
    asm.mov(ROW, argument(ROW_BYTES));
    asm.mov(STATE_COLUMN, argument(STATE));
    asm.mov(COLUMNS_LEFT, argument(VECTORS));
    lanes.repeat(
        COLUMNS_LEFT,
        () -> {
          column.run();
          asm.add(COLUMN, lanes.bytes());
          asm.add(STATE_COLUMN, lanes.bytes());
        });
  }

  /// Runs `row` for each row, with `AT` at the column's vector in it.
  private static void forEachRow(Lanes lanes, Runnable row) {
    Assembler asm = lanes.asm();
    asm.mov(AT, COLUMN);
    asm.mov(ROWS_LEFT, argument(ROWS));
    lanes.repeat(
        ROWS_LEFT,
        () -> {
          row.run();
          asm.add(AT, ROW);
        });
  }

  /// Leaves the address of a row of the state in `STATE_AT`.
  private static Mem state(Lanes lanes, int row) {
    lanes.asm().imul(STATE_AT, ROW, row);
    lanes.asm().add(STATE_AT, STATE_COLUMN);
    return Mem.at(STATE_AT);
  }

  /// Lowers the scores of positions that a query does not see below all others.
  static final class Hide implements Emitter {
    private final Lanes.Width width;

    Hide(Lanes.Width width) {
      this.width = width;
    }

    @Override
    public String name() {
      return "hide";
    }

    @Override
    public void emit(Assembler asm) {
      Lanes lanes = new Lanes(asm, width);
      Vec first = lanes.vec(0);
      Vec last = lanes.vec(1);
      Vec position = lanes.vec(2);
      Vec zero = lanes.vec(3);
      Vec beyond = lanes.vec(4);
      Vec before = lanes.vec(5);
      Vec huge = lanes.vec(6);
      Vec one = lanes.vec(7);
      lanes.zero(zero);
      lanes.splat(huge, -NarrowSoftmax.LOWEST);
      lanes.splat(one, 1f);
      forEachColumn(
          lanes,
          () -> {
            lanes.load(first, state(lanes, FIRST));
            lanes.load(last, state(lanes, LAST));
            asm.emit(VectorOp.VBROADCASTSS, position, argument(POSITION));
            forEachRow(
                lanes,
                () -> {
                  asm.emit(VectorOp.VSUBPS, beyond, last, position);
                  asm.emit(VectorOp.VSUBPS, before, position, first);
                  asm.emit(VectorOp.VMINPS, beyond, beyond, before);
                  asm.emit(VectorOp.VMINPS, beyond, beyond, zero);
                  asm.emit(VectorOp.VFMADD213PS, beyond, huge, Mem.at(AT));
                  lanes.store(Mem.at(AT), beyond);
                  asm.emit(VectorOp.VADDPS, position, position, one);
                });
          });
    }
  }

  /// Turns each column of scores, logarithms to base two, into weights below the running maximum.
  static final class Softmax implements Emitter {
    private final Lanes.Width width;

    Softmax(Lanes.Width width) {
      this.width = width;
    }

    @Override
    public String name() {
      return "softmaxFLOATS";
    }

    @Override
    public void emit(Assembler asm) {
      Lanes lanes = new Lanes(asm, width);
      Exponential exponential = new Exponential(lanes);
      Vec maximum = lanes.vec(0);
      Vec sum = lanes.vec(1);
      Vec weight = lanes.vec(2);
      forEachColumn(
          lanes,
          () -> {
            beginColumn(lanes, exponential);
            forEachRow(
                lanes,
                () -> {
                  lanes.load(weight, Mem.at(AT));
                  asm.emit(VectorOp.VSUBPS, weight, weight, maximum);
                  exponential.powerOfTwo(weight, lanes.vec(4), lanes.vec(5));
                  lanes.store(Mem.at(AT), weight);
                  asm.emit(VectorOp.VADDPS, sum, sum, weight);
                });
            lanes.store(state(lanes, SUM), sum);
          });
    }
  }

  /// Register 0 becomes the new maximum, register 1 the old sum below it.
  private static void beginColumn(Lanes lanes, Exponential exponential) {
    Assembler asm = lanes.asm();
    Vec maximum = lanes.vec(0);
    Vec sum = lanes.vec(1);
    Vec factor = lanes.vec(2);
    lanes.load(factor, state(lanes, MAXIMUM));
    asm.emit(VectorOp.VMOVUPS, maximum, factor);
    forEachRow(lanes, () -> asm.emit(VectorOp.VMAXPS, maximum, maximum, Mem.at(AT)));
    lanes.store(state(lanes, MAXIMUM), maximum);
    asm.emit(VectorOp.VSUBPS, factor, factor, maximum);
    exponential.powerOfTwo(factor, lanes.vec(4), lanes.vec(5));
    lanes.store(state(lanes, FACTOR), factor);
    asm.emit(VectorOp.VMULPS, sum, factor, state(lanes, SUM));
  }
}
