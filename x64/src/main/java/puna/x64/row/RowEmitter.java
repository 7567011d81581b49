package puna.x64.row;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.code.Emitter;

/// A loop over one row of float32 values: whole vectors, then a tail.
///
/// | byte | argument                                  |
/// |------|-------------------------------------------|
/// | 0    | the row that is written                   |
/// | 8    | the row that is read                      |
/// | 16   | a second row that is read                 |
/// | 24   | bytes of whole vectors                    |
/// | 32   | values of the tail                        |
/// | 40   | a float32 constant                        |
/// | 44   | 1 / values, float32                       |
public abstract class RowEmitter implements Emitter {
  static final int ARGUMENT_BYTES = 48;

  static final Gp ARGUMENTS = Gp.RDI;
  private static final Gp OUT_ROW = Gp.RSI;
  private static final Gp X_ROW = Gp.RDX;
  private static final Gp Y_ROW = Gp.RCX;
  static final Gp WHOLE = Gp.R8;
  static final Gp TAIL = Gp.R9;
  static final Gp AT = Gp.RAX;
  static final Gp NEXT = Gp.R10;
  static final Mem OUT = Mem.at(OUT_ROW, AT, 1);
  static final Mem X = Mem.at(X_ROW, AT, 1);
  static final Mem Y = Mem.at(Y_ROW, AT, 1);
  static final Mem CONSTANT = Mem.at(ARGUMENTS, 40);

  private final String name;
  private final Lanes.Width width;

  RowEmitter(String name, Lanes.Width width) {
    this.name = name;
    this.width = width;
  }

  /// Fills the struct for rows of `values` values.
  public static void fill(
      MemorySegment arguments, Rows rows, int values, float constant, Lanes.Width width) {
    arguments.set(ValueLayout.JAVA_LONG, 0, rows.out());
    arguments.set(ValueLayout.JAVA_LONG, 8, rows.x());
    arguments.set(ValueLayout.JAVA_LONG, 16, rows.y());
    arguments.set(ValueLayout.JAVA_LONG, 24, (long) (values / width.lanes()) * width.bytes());
    arguments.set(ValueLayout.JAVA_LONG, 32, values % width.lanes());
    arguments.set(ValueLayout.JAVA_FLOAT, 40, constant);
    arguments.set(ValueLayout.JAVA_FLOAT, 44, 1f / values);
  }

  /// Where the rows are.
  public record Rows(long out, long x, long y) {}

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(OUT_ROW, Mem.at(ARGUMENTS, 0));
    asm.mov(X_ROW, Mem.at(ARGUMENTS, 8));
    asm.mov(Y_ROW, Mem.at(ARGUMENTS, 16));
    asm.mov(WHOLE, Mem.at(ARGUMENTS, 24));
    asm.mov(TAIL, Mem.at(ARGUMENTS, 32));
    lanes.prepareTail(TAIL, NEXT);
    emit(lanes);
  }

  /// The loops; k1 or the highest vector register is the tail's mask.
  abstract void emit(Lanes lanes);

  /// Runs `body` for each whole vector and for the tail, with `AT` at its byte.
  static void forEachVector(Lanes lanes, Body body) {
    lanes.asm().clear(AT);
    lanes.loop(AT, WHOLE, NEXT, lanes.bytes(), () -> body.emit(Lanes.Piece.WHOLE));
    lanes.asm().mov(TAIL, Mem.at(ARGUMENTS, 32));
    lanes.unlessZero(TAIL, () -> body.emit(Lanes.Piece.TAIL));
  }

  /// What one step of a loop does.
  interface Body {
    void emit(Lanes.Piece piece);
  }
}
