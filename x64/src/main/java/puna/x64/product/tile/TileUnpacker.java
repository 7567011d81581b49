package puna.x64.product.tile;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker;
import puna.x64.product.UnitUnpacker512;
import puna.x64.tile.PairLanes;
import puna.x64.tile.Tiles;

/// Unpacks row groups of a quantized type to right-hand tiles of bf16 (AVX512_BF16), a unit of 16
/// rows a tile: group after group, unit after unit.
///
/// ```
/// preamble     masks and tables to registers
/// row group
///   super-block  its scales to lanes (K-quants only)
///     unit         scales and what is added, then eight quads
///       quad         four columns: level → float32, × scale + addend; two pairs → bf16 → store
/// ```
public final class TileUnpacker implements Emitter {
  private static final int SIGN = 0x8000_0000;
  private static final int COLUMNS = 4; // of a quad

  // R11, R13 and RDI belong to RowGroups
  private static final Gp PANEL = Gp.RSI;
  private static final Gp UNITS = Gp.R10;
  private static final Gp INNER = Gp.R14;

  // 0 belongs to PairLanes, 24 and above to the unit
  private static final int FIRST_BYTE = 1; // three vectors that pick a byte of each lane
  private static final Vec CONSTANT = Vec.zmm(4); // minus the offset, or a sign
  private static final Vec ADDEND = Vec.zmm(5);
  private static final int FIRST_COLUMN = 8;

  private final PackedType type;
  private final Scales scales;
  private final UnitUnpacker512 unit;

  public TileUnpacker(PackedType type) {
    this.type = type;
    this.scales = type.scales();
    this.unit = new UnitUnpacker512(type, UnitUnpacker.Order.PIECES);
  }

  @Override
  public String name() {
    return "tiles-of-" + type;
  }

  @Override
  public void emit(Assembler asm) {
    RowGroups.begin(asm, PANEL);
    constants(asm);
    RowGroups.forEach(
        asm,
        () -> {
          unit.begin(asm);
          RowGroups.advance(asm, UNITS);
          unit.forEachUnit(asm, UNITS, INNER, this::columns, () -> asm.add(PANEL, Tiles.BYTES));
        });
  }

  private void constants(Assembler asm) {
    unit.constants(asm, INNER);
    PairLanes.constants(asm);
    for (int b = 0; b < COLUMNS - 1; b++) {
      byte[] picks = new byte[PairLanes.BYTES];
      for (int i = 0; i < picks.length; i++) {
        picks[i] = (byte) (i % 4 == 0 ? i % 16 + b : 0x80);
      }
      asm.emit(VMOVDQU32, Vec.zmm(FIRST_BYTE + b), asm.constant(picks));
    }
    int constant = scales.hasMinimum() ? SIGN : Float.floatToRawIntBits(-type.offset());
    asm.mov(INNER, Integer.toUnsignedLong(constant));
    asm.broadcast32(CONSTANT, INNER);
  }

  private void columns(Assembler asm, int half, int first, int end) {
    addend(asm);
    quads(asm, first, end);
  }

  /// What is added to a level times its scale.
  private void addend(Assembler asm) {
    if (scales == Scales.HALF_AND_MINIMUM) {
      asm.emit(VMOVUPS, ADDEND, UnitUnpacker512.MINIMUMS);
    } else if (scales.hasMinimum()) {
      asm.emit(VPXORD, ADDEND, UnitUnpacker512.MINIMUMS, CONSTANT);
    } else {
      asm.emit(VMULPS, ADDEND, UnitUnpacker512.SCALES, CONSTANT);
    }
  }

  private void quads(Assembler asm, int first, int end) {
    for (int quad = first; quad < end; quad++) {
      unit.unpack(asm, quad);
      for (int b = 0; b < COLUMNS; b++) {
        Vec column = Vec.zmm(FIRST_COLUMN + b);
        if (b == COLUMNS - 1) {
          asm.emit(VPSRLD, column, UnitUnpacker512.WEIGHTS, 8 * b);
        } else {
          asm.emit(VPSHUFB, column, UnitUnpacker512.WEIGHTS, Vec.zmm(FIRST_BYTE + b));
        }
        asm.emit(VCVTDQ2PS, column, column);
        asm.emit(VFMADD213PS, column, UnitUnpacker512.SCALES, ADDEND);
      }
      for (int b = 0; b < COLUMNS; b += 2) {
        Mem target = Mem.at(PANEL, (COLUMNS * quad + b) / 2 * PairLanes.BYTES);
        PairLanes.store(asm, target, Vec.zmm(FIRST_COLUMN + b), Vec.zmm(FIRST_COLUMN + b + 1));
      }
    }
  }
}
