package puna.x64.attention;

import puna.backend.KvType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// Rows of a cache of blocks as rows of float32, block by block. A block is an f16 scale and its
/// codes. The arguments are those of `DecodeEmitter`; a piece is a block.
abstract class DecodeBlocks implements Emitter {
  static final int SCALE_BYTES = 2;

  static final Gp BLOCK = Gp.R8;
  static final Gp TARGET_BLOCK = Gp.R9;

  /// The vector that holds the block's scale in every lane.
  static final int SCALE = 0;

  private static final Gp ROW = Gp.RSI;
  private static final Gp TARGET = Gp.RDX;
  private static final Gp LEFT = Gp.RCX; // rows
  private static final Gp BLOCKS_LEFT = Gp.RAX;

  private final Lanes.Width width;
  private final int blockBytes;

  DecodeBlocks(Lanes.Width width, int blockBytes) {
    this.width = width;
    this.blockBytes = blockBytes;
  }

  /// Emits the values of the codes at `BLOCK`, to `TARGET_BLOCK`.
  abstract void values(Lanes lanes);

  @Override
  public final void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(ROW, argument(DecodeEmitter.FROM));
    asm.mov(TARGET, argument(DecodeEmitter.TO));
    asm.mov(LEFT, argument(DecodeEmitter.ROWS));
    lanes.repeat(LEFT, () -> row(lanes));
  }

  private void row(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.mov(BLOCK, ROW);
    asm.mov(TARGET_BLOCK, TARGET);
    asm.mov(BLOCKS_LEFT, argument(DecodeEmitter.PIECES));
    lanes.repeat(
        BLOCKS_LEFT,
        () -> {
          asm.emit(VectorOp.VPBROADCASTW, lanes.half(SCALE), Mem.at(BLOCK));
          asm.emit(VectorOp.VCVTPH2PS, lanes.vec(SCALE), lanes.half(SCALE));
          values(lanes);
          asm.add(BLOCK, blockBytes);
          asm.add(TARGET_BLOCK, KvType.BLOCK * Float.BYTES);
        });
    asm.add(ROW, argument(DecodeEmitter.FROM_STRIDE));
    asm.add(TARGET, argument(DecodeEmitter.TO_STRIDE));
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
