package puna.x64.product.tile;

import static puna.x64.asm.VectorOp.*;

import puna.tensor.TensorType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.product.RowGroups;
import puna.x64.row.Lanes;
import puna.x64.tile.PairLanes;
import puna.x64.tile.Tiles;

/// Row groups of F16 or BF16 to right-hand tiles of bf16 (AVX512_BF16): group after group, 32
/// columns after 32, zeros behind the last column.
public final class HalfTileUnpacker implements Emitter {
  private static final int COLUMN_BYTES = 2 * Tiles.ROWS;

  // R11, R13 and RDI belong to RowGroups
  private static final Gp PANEL = Gp.RSI;
  private static final Gp FROM = Gp.RAX;
  private static final Gp COLUMNS = Gp.RCX;
  private static final Gp PAIRS = Gp.R10;

  private static final Vec EVEN = Vec.zmm(6);
  private static final Vec ODD = Vec.zmm(7);

  private final TensorType type;

  public HalfTileUnpacker(TensorType type) {
    if (type != TensorType.F16 && type != TensorType.BF16) {
      throw new IllegalArgumentException("F16 and BF16 have 16 bits, " + type + " does not");
    }
    this.type = type;
  }

  @Override
  public String name() {
    return "tiles-of-" + type;
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, Lanes.Width.ZMM);
    PairLanes.constants(asm);
    RowGroups.begin(asm, PANEL);
    asm.mov(COLUMNS, RowGroups.field("units"));
    RowGroups.forEach(
        asm,
        () -> {
          asm.mov(FROM, RowGroups.GROUP);
          asm.mov(PAIRS, COLUMNS);
          asm.shr(PAIRS, 1);
          lanes.repeat(PAIRS, () -> pair(asm));
          oddColumn(asm);
          padding(lanes);
          RowGroups.advance(asm);
        });
  }

  private void pair(Assembler asm) {
    if (type == TensorType.BF16) {
      asm.emit(VMOVDQU32, EVEN, Mem.at(FROM));
      PairLanes.storeWords(asm, Mem.at(PANEL), EVEN);
    } else {
      asm.emit(VCVTPH2PS, EVEN, Mem.at(FROM));
      asm.emit(VCVTPH2PS, ODD, Mem.at(FROM, COLUMN_BYTES));
      PairLanes.store(asm, Mem.at(PANEL), EVEN, ODD);
    }
    asm.add(FROM, 2 * COLUMN_BYTES);
    asm.add(PANEL, PairLanes.BYTES);
  }

  /// A last column without a neighbour is paired with zeros.
  private void oddColumn(Assembler asm) {
    Label even = new Label();
    asm.mov(PAIRS, COLUMNS);
    asm.alu(Alu.AND, PAIRS, 1);
    asm.jump(Condition.EQUAL, even);
    if (type == TensorType.BF16) {
      asm.emit(VMOVDQU32, EVEN.as(256), Mem.at(FROM)); // the upper half becomes zero
      PairLanes.storeWords(asm, Mem.at(PANEL), EVEN);
    } else {
      asm.emit(VCVTPH2PS, EVEN, Mem.at(FROM));
      asm.emit(VPXORD, ODD, ODD, ODD);
      PairLanes.store(asm, Mem.at(PANEL), EVEN, ODD);
    }
    asm.add(PANEL, PairLanes.BYTES);
    asm.bind(even);
  }

  private static void padding(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.lea(PAIRS, Mem.at(COLUMNS, 1));
    asm.shr(PAIRS, 1);
    asm.imul(PAIRS, PAIRS, -1);
    asm.alu(Alu.AND, PAIRS, Tiles.ROWS - 1);
    asm.emit(VPXORD, ODD, ODD, ODD);
    lanes.repeat(
        PAIRS,
        () -> {
          asm.emit(VMOVDQU32_STORE, Mem.at(PANEL), ODD);
          asm.add(PANEL, PairLanes.BYTES);
        });
  }
}
