package puna.x64.attention;

import puna.backend.KvType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.row.Lanes;

/// Rows of a `Q8_0` cache as rows of float32: `d · q`, block by block. The arguments are those of
/// `DecodeEmitter`; a piece is a block.
final class DecodeBytes extends DecodeBlocks {
  static final String NAME = "decodeBytes";

  private static final int FIRST_VALUES = 1;

  DecodeBytes(Lanes.Width width) {
    super(width, KvType.EIGHT_BIT_BLOCK_BYTES);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  void values(Lanes lanes) {
    Assembler asm = lanes.asm();
    for (int vector = 0; vector < KvType.BLOCK / lanes.count(); vector++) {
      Vec values = lanes.vec(FIRST_VALUES + vector);
      asm.emit(VectorOp.VPMOVSXBD, values, Mem.at(BLOCK, SCALE_BYTES + vector * lanes.count()));
      asm.emit(VectorOp.VCVTDQ2PS, values, values);
      asm.emit(VectorOp.VMULPS, values, values, lanes.vec(SCALE));
      lanes.store(Mem.at(TARGET_BLOCK, vector * lanes.bytes()), values);
    }
  }
}
