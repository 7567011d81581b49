package puna.x64.attention;

import static puna.x64.tile.TileBlocks.a;
import static puna.x64.tile.TileBlocks.b;
import static puna.x64.tile.TileBlocks.sum;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;
import puna.x64.tile.TileBlocks;
import puna.x64.tile.Tiles;
import puna.x64.tile.Tiles.Rows;

/// The product of attention in tiles: `C[r][lanes] ← C[r][lanes] · factor[lanes] + Σ_k A[r][k] ·
/// B[k][lanes]`, or without a factor, or without what `C` held, where `A` has rows of bf16 and `B`
/// rows of their pairs, a pair a lane.
///
/// ```
/// what is wanted soon, asked for
/// C · factor, where there is one
/// configure
/// blocks of 16 rows, two at a time
///   vectors of lanes, two at a time
///     sums ← zero, or C to be resumed
///     units of 32 numbers             2 + 2 loads, 4 products
///     C ← sums
/// release
/// ```
final class TileMatrixProduct implements Emitter {
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of(
          "images",
          "a",
          "aStride",
          "b",
          "c",
          "stride",
          "rowBlocks",
          "rows",
          "vectors",
          "units",
          "resume",
          "factor",
          "prefetch",
          "lines");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp[] A = {Gp.RSI, Gp.RDX};
  private static final Gp B = Gp.RCX;
  private static final Gp[] C = {Gp.R8, Gp.R9};
  private static final Gp UNITS = Gp.R10;
  private static final Gp VECTORS = Gp.R11;
  private static final Gp BLOCKS = Gp.R12;
  private static final Gp A_STRIDE = Gp.R13;
  private static final Gp STRIDE = Gp.R14; // of B and C
  private static final Gp ROW = Gp.RBX; // of A, the block's first
  private static final Gp COLUMN = Gp.RBP; // of B
  private static final Gp SCRATCH = Gp.RAX;
  private static final int VECTOR = 64;

  private final Tiles tiles;

  TileMatrixProduct(Tiles tiles) {
    this.tiles = tiles;
  }

  static String name(Tiles tiles) {
    return "tile-matrix-product-" + tiles.name();
  }

  @Override
  public String name() {
    return name(tiles);
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, Lanes.Width.ZMM);
    prefetch(lanes);
    asm.mov(STRIDE, ARGUMENTS.field(ARGS, "stride"));
    scale(lanes);
    tiles.configure(asm, ARGUMENTS.field(ARGS, "images"));
    asm.mov(ROW, ARGUMENTS.field(ARGS, "a"));
    asm.mov(A_STRIDE, ARGUMENTS.field(ARGS, "aStride"));
    asm.mov(C[0], ARGUMENTS.field(ARGS, "c"));
    asm.mov(BLOCKS, ARGUMENTS.field(ARGS, "rowBlocks"));
    TileBlocks.byTwos(asm, BLOCKS, blocks -> rowBlocks(asm, blocks));
    tiles.release(asm);
  }

  private static void prefetch(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.mov(ROW, ARGUMENTS.field(ARGS, "prefetch"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "lines"));
    lanes.repeat(
        UNITS,
        () -> {
          asm.prefetch(Hint.ALL_LEVELS, Mem.at(ROW));
          asm.add(ROW, VECTOR);
        });
  }

  /// `C · factor`, in its place.
  private static void scale(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.mov(COLUMN, ARGUMENTS.field(ARGS, "factor"));
    lanes.unlessZero(
        COLUMN,
        () -> {
          asm.mov(ROW, ARGUMENTS.field(ARGS, "c"));
          asm.mov(VECTORS, ARGUMENTS.field(ARGS, "vectors"));
          lanes.repeat(
              VECTORS,
              () -> {
                lanes.load(Vec.zmm(0), Mem.at(COLUMN));
                asm.mov(SCRATCH, ROW);
                asm.mov(BLOCKS, ARGUMENTS.field(ARGS, "rows"));
                lanes.repeat(
                    BLOCKS,
                    () -> {
                      asm.emit(VectorOp.VMULPS, Vec.zmm(1), Vec.zmm(0), Mem.at(SCRATCH));
                      lanes.store(Mem.at(SCRATCH), Vec.zmm(1));
                      asm.add(SCRATCH, STRIDE);
                    });
                asm.add(ROW, VECTOR);
                asm.add(COLUMN, VECTOR);
              });
        });
  }

  private void rowBlocks(Assembler asm, int blocks) {
    asm.mov(COLUMN, ARGUMENTS.field(ARGS, "b"));
    asm.mov(VECTORS, ARGUMENTS.field(ARGS, "vectors"));
    TileBlocks.byTwos(asm, VECTORS, vectors -> block(asm, blocks, vectors));
    // the rows end where the next begin
    asm.imul(SCRATCH, STRIDE, Tiles.ROWS * blocks - 1);
    asm.add(C[0], SCRATCH);
    asm.imul(SCRATCH, A_STRIDE, Tiles.ROWS * blocks);
    asm.add(ROW, SCRATCH);
  }

  private void block(Assembler asm, int blocks, int vectors) {
    asm.mov(A[0], ROW);
    asm.imul(A[1], A_STRIDE, Tiles.ROWS);
    asm.add(A[1], ROW);
    asm.mov(B, COLUMN);
    asm.imul(C[1], STRIDE, Tiles.ROWS);
    asm.add(C[1], C[0]);
    TileBlocks sums = new TileBlocks(blocks, vectors);
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "resume"));
    sums.begin(asm, tiles, UNITS, (i, j, sum) -> tiles.load(asm, sum, lanes(C[i], j)));
    Label unit = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.align(32);
    asm.bind(unit);
    unit(asm, blocks, vectors);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    sums.forEachSum((i, j, sum) -> tiles.store(asm, lanes(C[i], j), sum));
    asm.add(C[0], vectors * VECTOR);
    asm.add(COLUMN, vectors * VECTOR);
  }

  private void unit(Assembler asm, int blocks, int vectors) {
    for (int j = 0; j < vectors; j++) {
      tiles.load(asm, b(j), lanes(B, j));
    }
    for (int i = 0; i < blocks; i++) {
      tiles.load(asm, a(i), new Rows(A[i], 0, A_STRIDE, SCRATCH));
      for (int j = 0; j < vectors; j++) {
        tiles.multiply(asm, sum(i, j), a(i), b(j));
      }
      asm.add(A[i], VECTOR);
    }
    asm.imul(SCRATCH, STRIDE, Tiles.ROWS);
    asm.add(B, SCRATCH);
  }

  private static Rows lanes(Gp base, int vector) {
    return new Rows(base, vector * VECTOR, STRIDE, SCRATCH);
  }
}
