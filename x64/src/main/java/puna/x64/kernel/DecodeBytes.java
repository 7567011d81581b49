package puna.x64.kernel;

import puna.backend.KvType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;

/// Rows of a `Q8_0` cache as rows of float32: `d · q`, block by block. The arguments are those of
/// `DecodeEmitter`; a piece is a block.
final class DecodeBytes implements Emitter {
  static final String NAME = "decodeBytes";

  private static final int SCALE_BYTES = 2;

  private static final Gp ROW = Gp.RSI;
  private static final Gp TARGET = Gp.RDX;
  private static final Gp LEFT = Gp.RCX; // rows
  private static final Gp BLOCK = Gp.R8;
  private static final Gp TARGET_BLOCK = Gp.R9;
  private static final Gp BLOCKS_LEFT = Gp.RAX;

  private static final int SCALE = 0;
  private static final int FIRST_VALUES = 1;

  private final Lanes.Width width;

  DecodeBytes(Lanes.Width width) {
    this.width = width;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(ROW, argument(DecodeEmitter.FROM));
    asm.mov(TARGET, argument(DecodeEmitter.TO));
    asm.mov(LEFT, argument(DecodeEmitter.ROWS));
    lanes.repeat(LEFT, () -> row(lanes));
  }

  private static void row(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.mov(BLOCK, ROW);
    asm.mov(TARGET_BLOCK, TARGET);
    asm.mov(BLOCKS_LEFT, argument(DecodeEmitter.PIECES));
    lanes.repeat(
        BLOCKS_LEFT,
        () -> {
          block(lanes);
          asm.add(BLOCK, KvType.EIGHT_BIT_BLOCK_BYTES);
          asm.add(TARGET_BLOCK, KvType.BLOCK * Float.BYTES);
        });
    asm.add(ROW, argument(DecodeEmitter.FROM_STRIDE));
    asm.add(TARGET, argument(DecodeEmitter.TO_STRIDE));
  }

  private static void block(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.emit(VectorOp.VPBROADCASTW, lanes.half(SCALE), Mem.at(BLOCK));
    asm.emit(VectorOp.VCVTPH2PS, lanes.vec(SCALE), lanes.half(SCALE));
    for (int vector = 0; vector < KvType.BLOCK / lanes.count(); vector++) {
      Vec values = lanes.vec(FIRST_VALUES + vector);
      asm.emit(VectorOp.VPMOVSXBD, values, Mem.at(BLOCK, SCALE_BYTES + vector * lanes.count()));
      asm.emit(VectorOp.VCVTDQ2PS, values, values);
      asm.emit(VectorOp.VMULPS, values, values, lanes.vec(SCALE));
      lanes.store(Mem.at(TARGET_BLOCK, vector * lanes.bytes()), values);
    }
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
