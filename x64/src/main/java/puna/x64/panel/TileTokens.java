package puna.x64.panel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// Rounds one token's activations to bf16, to nearest and ties to even (AVX512_BF16): 32 columns
/// are a row of a left-hand tile, the next 32 the same row of the next but one, which is of the
/// same tokens, `pieceGap` bytes further after each `pieceUnits` of them. The last tile's missing
/// columns become zero.
public final class TileTokens implements Emitter {
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of("x", "units", "tail", "out", "pieceUnits", "pieceGap");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp X = Gp.RSI;
  private static final Gp OUT = Gp.RDX;
  private static final Gp UNITS = Gp.RCX;
  private static final Gp TAIL = Gp.RAX;
  private static final Gp IN_PIECE = Gp.R8;
  private static final int VECTOR = 64;

  private static final Vec LOW = Vec.zmm(0);
  private static final Vec HIGH = Vec.zmm(1);
  private static final Mask LOW_TAIL = Mask.k(1);
  private static final Mask HIGH_TAIL = Mask.k(2);

  @Override
  public String name() {
    return "tile-tokens";
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, Lanes.Width.ZMM);
    asm.mov(X, ARGUMENTS.field(ARGS, "x"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.mov(IN_PIECE, ARGUMENTS.field(ARGS, "pieceUnits"));
    lanes.repeat(
        UNITS,
        () -> {
          unit(asm, LOW, HIGH);
          nextPiece(asm);
        });
    asm.mov(TAIL, ARGUMENTS.field(ARGS, "tail"));
    lanes.unlessZero(
        TAIL,
        () -> {
          asm.kmovw(LOW_TAIL, ARGUMENTS.field(ARGS, "tail"));
          asm.kmovw(HIGH_TAIL, ARGUMENTS.field(ARGS, "tail").plus(2));
          unit(asm, LOW.zeroing(LOW_TAIL), HIGH.zeroing(HIGH_TAIL));
        });
  }

  /// Where a piece ends, goes on in the next.
  private static void nextPiece(Assembler asm) {
    Label same = new Label();
    asm.sub(IN_PIECE, 1);
    asm.jump(Condition.NOT_EQUAL, same);
    asm.mov(IN_PIECE, ARGUMENTS.field(ARGS, "pieceUnits"));
    asm.add(OUT, ARGUMENTS.field(ARGS, "pieceGap"));
    asm.bind(same);
  }

  private static void unit(Assembler asm, Vec low, Vec high) {
    asm.emit(VMOVUPS, low, Mem.at(X));
    asm.emit(VMOVUPS, high, Mem.at(X, VECTOR));
    asm.emit(VCVTNE2PS2BF16, LOW, HIGH, LOW);
    asm.emit(VMOVDQU32_STORE, Mem.at(OUT), LOW);
    asm.add(X, 2 * VECTOR);
    asm.add(OUT, TilePanel.PAIR_BYTES);
  }
}
