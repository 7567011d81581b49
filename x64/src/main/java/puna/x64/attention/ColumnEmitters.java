package puna.x64.attention;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.attention.ProductEmitter.Numbers;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Exponential;
import puna.x64.row.Lanes;

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
      ArgumentLayout.of("scores", "rowBytes", "rows", "state", "vectors", "position", "rescaled");
  static final long SCORES = LAYOUT.offset("scores");
  static final long ROW_BYTES = LAYOUT.offset("rowBytes");
  static final long ROWS = LAYOUT.offset("rows"); // at least one
  static final long STATE = LAYOUT.offset("state");
  static final long VECTORS = LAYOUT.offset("vectors"); // of a row
  static final long POSITION = LAYOUT.offset("position"); // of the first row, float32

  /// Not zero once softmax has given some query a factor other than one.
  static final long RESCALED = LAYOUT.offset("rescaled");

  /// By how much, in powers of two, scores may exceed the maximum that weights are measured by,
  /// where sums are scaled in a pass of their own: the pass is then rare.
  private static final float SLACK = 8f;

  private static final Gp COLUMN = Gp.RSI;
  private static final Gp ROW = Gp.RDX;
  private static final Gp STATE_COLUMN = Gp.RCX;
  private static final Gp COLUMNS_LEFT = Gp.R8;
  private static final Gp ROWS_LEFT = Gp.R9;
  private static final Gp AT = Gp.RAX;
  private static final Gp STATE_AT = Gp.RBX;
  private static final Gp PAIR_AT = Gp.R10;
  private static final Gp CHANGED = Gp.R11;

  // Vector registers of softmax.
  private static final int HIGHEST = 0;
  private static final int TOTAL = 1;
  private static final int WEIGHT = 2; // of two rows, and two registers more for each
  private static final int OTHER_TOTAL = 8;
  private static final int CONSTANTS = 16; // with AVX-512
  private static final int LESS = 1; // of comparisons

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

  /// Turns each column of scores, logarithms to base two, into weights below the running maximum:
  /// in their place, or as pairs of bf16 in the first half of the rows.
  static final class Softmax implements Emitter {
    private final Lanes.Width width;
    private final Numbers numbers;

    Softmax(Lanes.Width width, Numbers numbers) {
      this.width = width;
      this.numbers = numbers;
    }

    static String name(Numbers numbers) {
      return "softmax" + numbers;
    }

    @Override
    public String name() {
      return name(numbers);
    }

    @Override
    public void emit(Assembler asm) {
      Lanes lanes = new Lanes(asm, width);
      asm.clear(CHANGED);
      Exponential exponential =
          new Exponential(
              lanes,
              numbers == Numbers.PAIRS ? Exponential.Precision.HALF : Exponential.Precision.FLOAT);
      exponential.keepConstants(CONSTANTS);
      forEachColumn(
          lanes,
          () -> {
            beginColumn(lanes, exponential);
            weighRows(lanes, exponential);
            asm.emit(VectorOp.VADDPS, lanes.vec(TOTAL), lanes.vec(TOTAL), lanes.vec(OTHER_TOTAL));
            lanes.store(state(lanes, SUM), lanes.vec(TOTAL));
          });
      asm.mov(argument(RESCALED), CHANGED);
    }

    /// Two rows at a time, each with a total of its own: a sum waits for the one before.
    private void weighRows(Lanes lanes, Exponential exponential) {
      Assembler asm = lanes.asm();
      Label even = new Label();
      lanes.zero(lanes.vec(OTHER_TOTAL));
      asm.mov(AT, COLUMN);
      asm.mov(PAIR_AT, COLUMN);
      asm.mov(ROWS_LEFT, argument(ROWS));
      asm.shr(ROWS_LEFT, 1);
      lanes.repeat(
          ROWS_LEFT,
          () -> {
            weigh(lanes, exponential, 0, Mem.at(AT));
            weigh(lanes, exponential, 1, Mem.at(AT, ROW, 1));
            store(lanes);
            asm.lea(AT, Mem.at(AT, ROW, 2));
          });
      asm.mov(ROWS_LEFT, argument(ROWS));
      asm.alu(Assembler.Alu.AND, ROWS_LEFT, 1);
      asm.jump(Assembler.Condition.EQUAL, even);
      weigh(lanes, exponential, 0, Mem.at(AT));
      if (numbers == Numbers.PAIRS) {
        lanes.zero(lanes.vec(WEIGHT + 1));
        store(lanes);
      } else {
        lanes.store(Mem.at(AT), lanes.vec(WEIGHT));
      }
      asm.bind(even);
    }

    private void store(Lanes lanes) {
      Vec first = lanes.vec(WEIGHT);
      Vec second = lanes.vec(WEIGHT + 1);
      switch (numbers) {
        case FLOATS -> {
          lanes.store(Mem.at(AT), first);
          lanes.store(Mem.at(AT, ROW, 1), second);
        }
        case PAIRS -> {
          DecodeEmitter.pair(lanes, first, second);
          lanes.store(Mem.at(PAIR_AT), first);
          lanes.asm().add(PAIR_AT, ROW);
        }
      }
    }

    /// @param row 0 or 1, of the two at hand
    private static void weigh(Lanes lanes, Exponential exponential, int row, Mem score) {
      Assembler asm = lanes.asm();
      Vec weight = lanes.vec(WEIGHT + row);
      Vec total = lanes.vec(row == 0 ? TOTAL : OTHER_TOTAL);
      lanes.load(weight, score);
      asm.emit(VectorOp.VSUBPS, weight, weight, lanes.vec(HIGHEST));
      exponential.powerOfTwo(weight, lanes.vec(WEIGHT + 2 + row), lanes.vec(WEIGHT + 4 + row));
      asm.emit(VectorOp.VADDPS, total, total, weight);
    }

    /// `HIGHEST` becomes the new maximum, `TOTAL` the old sum below it.
    private void beginColumn(Lanes lanes, Exponential exponential) {
      Assembler asm = lanes.asm();
      Vec maximum = lanes.vec(HIGHEST);
      Vec sum = lanes.vec(TOTAL);
      Vec factor = lanes.vec(WEIGHT);
      lanes.load(factor, state(lanes, MAXIMUM));
      asm.emit(VectorOp.VMOVUPS, maximum, factor);
      raiseToHighest(lanes);
      if (numbers == Numbers.PAIRS) {
        keepWithinSlack(lanes, factor, maximum);
      }
      lanes.store(state(lanes, MAXIMUM), maximum);
      asm.emit(VectorOp.VSUBPS, factor, factor, maximum);
      exponential.powerOfTwo(factor, lanes.vec(4), lanes.vec(5));
      lanes.store(state(lanes, FACTOR), factor);
      asm.emit(VectorOp.VMULPS, sum, factor, state(lanes, SUM));
    }

    /// `maximum` becomes `old` again where it is not much above it.
    private static void keepWithinSlack(Lanes lanes, Vec old, Vec maximum) {
      Assembler asm = lanes.asm();
      Mask exceeds = Mask.k(2);
      lanes.splat(lanes.vec(4), SLACK);
      asm.emit(VectorOp.VADDPS, lanes.vec(4), lanes.vec(4), old);
      asm.emit(VectorOp.VCMPPS, exceeds, lanes.vec(4), maximum, LESS);
      asm.emit(VectorOp.VBLENDMPS, maximum.merging(exceeds), old, maximum);
      asm.kmovw(STATE_AT, exceeds);
      asm.alu(Assembler.Alu.OR, CHANGED, STATE_AT);
    }
  }

  /// `HIGHEST` becomes the largest of itself and the column, four rows side by side: one after the
  /// other each would wait for the one before.
  private static void raiseToHighest(Lanes lanes) {
    Assembler asm = lanes.asm();
    Vec highest = lanes.vec(HIGHEST);
    Vec[] others = {lanes.vec(HIGHEST + 3), lanes.vec(HIGHEST + 4), lanes.vec(HIGHEST + 5)};
    for (Vec other : others) {
      asm.emit(VectorOp.VMOVUPS, other, highest);
    }
    asm.mov(AT, COLUMN);
    asm.mov(ROWS_LEFT, argument(ROWS));
    asm.shr(ROWS_LEFT, 2);
    lanes.repeat(
        ROWS_LEFT,
        () -> {
          asm.emit(VectorOp.VMAXPS, highest, highest, Mem.at(AT));
          asm.emit(VectorOp.VMAXPS, others[0], others[0], Mem.at(AT, ROW, 1));
          asm.emit(VectorOp.VMAXPS, others[1], others[1], Mem.at(AT, ROW, 2));
          asm.lea(AT, Mem.at(AT, ROW, 2));
          asm.emit(VectorOp.VMAXPS, others[2], others[2], Mem.at(AT, ROW, 1));
          asm.lea(AT, Mem.at(AT, ROW, 2));
        });
    asm.mov(ROWS_LEFT, argument(ROWS));
    asm.alu(Assembler.Alu.AND, ROWS_LEFT, 3);
    lanes.repeat(
        ROWS_LEFT,
        () -> {
          asm.emit(VectorOp.VMAXPS, highest, highest, Mem.at(AT));
          asm.add(AT, ROW);
        });
    for (Vec other : others) {
      asm.emit(VectorOp.VMAXPS, highest, highest, other);
    }
  }
}
