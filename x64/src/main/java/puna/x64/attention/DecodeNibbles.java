package puna.x64.attention;

import puna.backend.KvType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.row.Lanes;

/// Rows of a `Q4_0` cache as rows of float32: `d · (q − 8)`, block by block. The arguments are
/// those of `DecodeEmitter`; a piece is a block.
final class DecodeNibbles extends DecodeBlocks {
  static final String NAME = "decodeNibbles";

  private static final int HALF = KvType.BLOCK / 2; // low nibbles come first, then the high ones
  private static final int ABOVE_A_NIBBLE = 28; // bits of a lane

  private static final int LOW = 1;
  private static final int HIGH = 2;

  DecodeNibbles(Lanes.Width width) {
    super(width, KvType.FOUR_BIT_BLOCK_BYTES);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  void values(Lanes lanes) {
    Assembler asm = lanes.asm();
    Vec low = lanes.vec(LOW);
    Vec high = lanes.vec(HIGH);
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
}
