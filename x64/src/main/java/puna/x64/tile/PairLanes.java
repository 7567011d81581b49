package puna.x64.tile;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;

/// Two columns of 16 rows as one row of a right-hand tile: pairs of bf16, a pair a lane.
///
/// It owns zmm0.
public final class PairLanes {
  public static final int BYTES = 64;

  private static final Vec ORDER = Vec.zmm(0);

  private PairLanes() {}

  /// Loads the order of words, once a call.
  public static void constants(Assembler asm) {
    byte[] order = new byte[BYTES];
    for (int row = 0; row < Tiles.ROWS; row++) {
      order[4 * row] = (byte) row;
      order[4 * row + 2] = (byte) (Tiles.ROWS + row);
    }
    asm.emit(VMOVDQU32, ORDER, asm.constant(order));
  }

  /// Rounds two columns of float32, to nearest and ties to even, and stores their pairs. Changes
  /// `even`.
  public static void store(Assembler asm, Mem target, Vec even, Vec odd) {
    asm.emit(VCVTNE2PS2BF16, even, odd, even);
    storeWords(asm, target, even);
  }

  /// Stores the pairs of two columns of bf16, one behind the other in `columns`, which is changed.
  public static void storeWords(Assembler asm, Mem target, Vec columns) {
    asm.emit(VPERMW, columns, ORDER, columns);
    asm.emit(VMOVDQU32_STORE, target, columns);
  }
}
