package puna.x64.attention;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// Rows of pairs of values, a pair of positions a row, to rows of a value each, a pair of positions
/// a lane: the left-hand matrix of the second product of attention. Four rows and four values at a
/// time.
final class PairTranspose implements Emitter {
  static final String NAME = "transposePairs";
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of("from", "to", "fromStride", "toStride", "rows", "values");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp FROM = Gp.RSI;
  private static final Gp TO = Gp.RDX;
  private static final Gp FROM_STRIDE = Gp.RCX;
  private static final Gp TO_STRIDE = Gp.R8;
  private static final Gp ROWS_LEFT = Gp.R9;
  private static final Gp VALUES_LEFT = Gp.R10;
  private static final Gp AT = Gp.R11; // where four rows are read
  private static final Gp OUT = Gp.RAX;
  private static final Gp READ = Gp.RBX;
  private static final int BYTES = 16;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, Lanes.Width.YMM);
    asm.mov(FROM, ARGUMENTS.field(ARGS, "from"));
    asm.mov(TO, ARGUMENTS.field(ARGS, "to"));
    asm.mov(FROM_STRIDE, ARGUMENTS.field(ARGS, "fromStride"));
    asm.mov(TO_STRIDE, ARGUMENTS.field(ARGS, "toStride"));
    asm.mov(ROWS_LEFT, ARGUMENTS.field(ARGS, "rows")); // divided by four
    lanes.repeat(
        ROWS_LEFT,
        () -> {
          asm.mov(AT, FROM);
          asm.mov(OUT, TO);
          asm.mov(VALUES_LEFT, ARGUMENTS.field(ARGS, "values")); // divided by four
          lanes.repeat(VALUES_LEFT, () -> square(asm));
          for (int row = 0; row < 4; row++) {
            asm.add(FROM, FROM_STRIDE);
          }
          asm.add(TO, BYTES);
        });
  }

  private static void square(Assembler asm) {
    asm.mov(READ, AT);
    for (int i = 0; i < 4; i++) {
      asm.emit(VectorOp.VMOVUPS, Vec.xmm(i), Mem.at(READ));
      asm.add(READ, FROM_STRIDE);
    }
    HeadEmitters.Transpose.transpose(asm);
    for (int i = 0; i < 4; i++) {
      asm.emit(VectorOp.VMOVUPS_STORE, Mem.at(OUT), Vec.xmm(i));
      asm.add(OUT, TO_STRIDE);
    }
    asm.add(AT, BYTES);
  }
}
