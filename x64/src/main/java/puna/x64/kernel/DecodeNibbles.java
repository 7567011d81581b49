package puna.x64.kernel;

import puna.backend.KvType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;

/// Rows of a `Q4_0` cache as rows of float32: `d · (q − 8)`, block by block. The arguments are
/// those of `DecodeEmitter`; a piece is a block.
final class DecodeNibbles implements Emitter {
  static final String NAME = "decodeNibbles";

  private static final int SCALE_BYTES = 2;
  private static final int HALF = KvType.BLOCK / 2; // low nibbles come first, then the high ones
  private static final int ABOVE_A_NIBBLE = 28; // bits of a lane

  private static final Gp ROW = Gp.RSI;
  private static final Gp TARGET = Gp.RDX;
  private static final Gp LEFT = Gp.RCX; // rows
  private static final Gp BLOCK = Gp.R8;
  private static final Gp TARGET_BLOCK = Gp.R9;
  private static final Gp BLOCKS_LEFT = Gp.RAX;

  private static final int SCALE = 0;
  private static final int LOW = 1;
  private static final int HIGH = 2;

  private final Lanes.Width width;

  DecodeNibbles(Lanes.Width width) {
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
          asm.add(BLOCK, KvType.FOUR_BIT_BLOCK_BYTES);
          asm.add(TARGET_BLOCK, KvType.BLOCK * Float.BYTES);
        });
    asm.add(ROW, argument(DecodeEmitter.FROM_STRIDE));
    asm.add(TARGET, argument(DecodeEmitter.TO_STRIDE));
  }

  private static void block(Lanes lanes) {
    Assembler asm = lanes.asm();
    Vec low = lanes.vec(LOW);
    Vec high = lanes.vec(HIGH);
    asm.emit(VectorOp.VPBROADCASTW, lanes.half(SCALE), Mem.at(BLOCK));
    asm.emit(VectorOp.VCVTPH2PS, lanes.vec(SCALE), lanes.half(SCALE));
    for (int first = 0; first < HALF; first += lanes.count()) {
      asm.emit(VectorOp.VPMOVZXBD, high, Mem.at(BLOCK, SCALE_BYTES + first));
      asm.emit(VectorOp.VPSLLD, low, high, ABOVE_A_NIBBLE);
      asm.emit(VectorOp.VPSRLD, low, low, ABOVE_A_NIBBLE);
      asm.emit(VectorOp.VPSRLD, high, high, 4);
      store(lanes, low, first);
      store(lanes, high, HALF + first);
    }
  }

  /// The values of codes, from value `first` of the block on.
  private static void store(Lanes lanes, Vec codes, int first) {
    Assembler asm = lanes.asm();
    asm.emit(VectorOp.VCVTDQ2PS, codes, codes);
    asm.emit(VectorOp.VADDPS, codes, codes, lanes.splat(-8));
    asm.emit(VectorOp.VMULPS, codes, codes, lanes.vec(SCALE));
    lanes.store(Mem.at(TARGET_BLOCK, first * Float.BYTES), codes);
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
