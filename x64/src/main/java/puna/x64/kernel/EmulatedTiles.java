package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;
import puna.x64.asm.Vec;

/// Tiles as images in memory, multiplied by AVX512_BF16: so that what is written for tiles is
/// tested on processors without them. R15 is where the images are; all vectors are changed.
record EmulatedTiles() implements Tiles {
  private static final int ROW_BYTES = BYTES / ROWS;
  private static final int TOGETHER = 4; // rows, so that sums need not wait for each other

  @Override
  public String name() {
    return "emulated";
  }

  @Override
  public void configure(Assembler asm, Mem images) {
    asm.mov(RESERVED, images);
  }

  @Override
  public void release(Assembler asm) {}

  @Override
  public void zero(Assembler asm, Tile tile) {
    asm.emit(VPXORD, Vec.zmm(0), Vec.zmm(0), Vec.zmm(0));
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32_STORE, row(tile, row), Vec.zmm(0));
    }
  }

  @Override
  public void load(Assembler asm, Tile tile, Rows rows) {
    asm.mov(rows.scratch(), rows.base());
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, Vec.zmm(row), Mem.at(rows.scratch(), rows.displacement()));
      asm.emit(VMOVDQU32_STORE, row(tile, row), Vec.zmm(row));
      asm.add(rows.scratch(), rows.stride());
    }
  }

  @Override
  public void store(Assembler asm, Rows rows, Tile tile) {
    asm.mov(rows.scratch(), rows.base());
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, Vec.zmm(row), row(tile, row));
      asm.emit(VMOVDQU32_STORE, Mem.at(rows.scratch(), rows.displacement()), Vec.zmm(row));
      asm.add(rows.scratch(), rows.stride());
    }
  }

  @Override
  public void load(Assembler asm, Tile tile, Gp image, int displacement) {
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, Vec.zmm(row), Mem.at(image, displacement + row * ROW_BYTES));
      asm.emit(VMOVDQU32_STORE, row(tile, row), Vec.zmm(row));
    }
  }

  @Override
  public void store(Assembler asm, Gp image, int displacement, Tile tile) {
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, Vec.zmm(row), row(tile, row));
      asm.emit(VMOVDQU32_STORE, Mem.at(image, displacement + row * ROW_BYTES), Vec.zmm(row));
    }
  }

  @Override
  public void multiply(Assembler asm, Tile sum, Tile a, Tile b) {
    for (int pair = 0; pair < ROWS; pair++) {
      asm.emit(VMOVDQU32, Vec.zmm(pair), row(b, pair));
    }
    for (int first = 0; first < ROWS; first += TOGETHER) {
      for (int i = 0; i < TOGETHER; i++) {
        asm.emit(VMOVUPS, Vec.zmm(ROWS + i), row(sum, first + i));
      }
      for (int pair = 0; pair < ROWS; pair++) {
        for (int i = 0; i < TOGETHER; i++) {
          Mem factor = row(a, first + i).plus(4 * pair).broadcasting();
          asm.emit(VDPBF16PS, Vec.zmm(ROWS + i), Vec.zmm(pair), factor);
        }
      }
      for (int i = 0; i < TOGETHER; i++) {
        asm.emit(VMOVUPS_STORE, row(sum, first + i), Vec.zmm(ROWS + i));
      }
    }
  }

  private static Mem row(Tile tile, int row) {
    return Mem.at(RESERVED, tile.number() * BYTES + row * ROW_BYTES);
  }
}
