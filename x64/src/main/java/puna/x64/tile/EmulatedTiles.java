package puna.x64.tile;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;
import puna.x64.asm.Vec;

/// Tiles as images in memory, multiplied by AVX512_BF16: so that what is written for tiles is
/// tested on processors without them. R15 is where the images are. Products of bf16 change vectors
/// 0 to 19, all else 16 to 22.
public record EmulatedTiles() implements Tiles {
  private static final int ROW_BYTES = BYTES / ROWS;
  private static final int TOGETHER = 4; // rows, so that sums need not wait for each other
  private static final Vec MOVED = Vec.zmm(16);
  private static final byte[] SIGNS = {-128, -128, -128, -128};

  @Override
  public String name() {
    return "emulated";
  }

  @Override
  public void configure(Assembler asm, Mem images) {
    asm.mov(RESERVED, images);
  }

  @Override
  public void configureBytes(Assembler asm, Mem images, int columns) {
    configure(asm, images);
  }

  @Override
  public void release(Assembler asm) {}

  @Override
  public void zero(Assembler asm, Tile tile) {
    asm.emit(VPXORD, MOVED, MOVED, MOVED);
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32_STORE, row(tile, row), MOVED);
    }
  }

  @Override
  public void load(Assembler asm, Tile tile, Rows rows) {
    asm.mov(rows.scratch(), rows.base());
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, MOVED, Mem.at(rows.scratch(), rows.displacement()));
      asm.emit(VMOVDQU32_STORE, row(tile, row), MOVED);
      asm.add(rows.scratch(), rows.stride());
    }
  }

  @Override
  public void store(Assembler asm, Rows rows, Tile tile) {
    asm.mov(rows.scratch(), rows.base());
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, MOVED, row(tile, row));
      asm.emit(VMOVDQU32_STORE, Mem.at(rows.scratch(), rows.displacement()), MOVED);
      asm.add(rows.scratch(), rows.stride());
    }
  }

  @Override
  public void load(Assembler asm, Tile tile, Gp image, int displacement) {
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, MOVED, Mem.at(image, displacement + row * ROW_BYTES));
      asm.emit(VMOVDQU32_STORE, row(tile, row), MOVED);
    }
  }

  @Override
  public void loadOnce(Assembler asm, Tile tile, Gp image, int displacement) {
    load(asm, tile, image, displacement);
  }

  @Override
  public void store(Assembler asm, Gp image, int displacement, Tile tile) {
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, MOVED, row(tile, row));
      asm.emit(VMOVDQU32_STORE, Mem.at(image, displacement + row * ROW_BYTES), MOVED);
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

  @Override
  public void multiplyBytes(Assembler asm, Tile sum, Tile a, Tile b, int columns) {
    Vec total = Vec.zmm(17);
    Vec raised = Vec.zmm(18);
    Vec offset = Vec.zmm(19);
    Vec tooMuch = Vec.zmm(20);
    asm.emit(VPBROADCASTD, offset, asm.constant(SIGNS));
    for (int row = 0; row < ROWS; row++) {
      asm.emit(VMOVDQU32, total, row(sum, row));
      for (int quad = 0; quad < columns / 4; quad++) {
        Mem factor = row(a, row).plus(4 * quad).broadcasting();
        // signed times signed is (signed + 128) times signed, less 128 times signed
        asm.emit(VPXORD, raised, offset, row(b, quad));
        asm.emit(VPDPBUSD, total, raised, factor);
        asm.emit(VPXORD, tooMuch, tooMuch, tooMuch);
        asm.emit(VPDPBUSD, tooMuch, offset, factor);
        asm.emit(VPSUBD, total, total, tooMuch);
      }
      asm.emit(VMOVDQU32_STORE, row(sum, row), total);
    }
  }

  private static Mem row(Tile tile, int row) {
    return Mem.at(RESERVED, tile.number() * BYTES + row * ROW_BYTES);
  }
}
