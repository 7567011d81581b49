package puna.x64.kernel;

import static puna.x64.kernel.TileBlocks.a;
import static puna.x64.kernel.TileBlocks.b;
import static puna.x64.kernel.TileBlocks.sum;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.kernel.Tiles.Rows;

/// Tiles of activations times a panel of unpacked weights: a piece of the depth, all token tiles
/// against all row groups, two by two.
///
/// ```
/// configure
/// token tiles, two at a time    32 KiB: they stay in the first-level cache
///   row groups, two at a time     streamed past it from the second level
///     sums ← zero or as parked
///     units of 32 columns           2 + 2 loads, 4 products; the next token tiles, and the lines that
///                                   results go to, are asked for
///     park sums, or store results
/// release
/// ```
///
/// Parked sums are 1,024 bytes a tile, so that no two lines of it collide.
final class TileProduct implements Emitter {
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of(
          "images",
          "a",
          "aStride",
          "tokenTiles",
          "b",
          "bStride",
          "groups",
          "units",
          "sums",
          "sumStride",
          "resume",
          "out",
          "outStride");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp[] A = {Gp.RSI, Gp.RDX};
  private static final Gp[] B = {Gp.RCX, Gp.R8};
  private static final Gp UNITS = Gp.R9;
  private static final Gp SUMS = Gp.R10; // parked, of the block's first token tile
  private static final Gp MORE_SUMS = Gp.R11; // of its second
  private static final Gp OUT_AHEAD = Gp.R11; // while sums are not wanted
  private static final Gp GROUPS = Gp.R12;
  private static final Gp TOKEN_TILES = Gp.R13;
  private static final Gp TOKENS = Gp.R14;
  private static final Gp GROUP = Gp.RBX;
  private static final Gp OUT = Gp.RBP; // where the block's results go
  private static final Gp AHEAD = Gp.RAX; // in the token tiles that come next
  private static final Gp OUT_STRIDE = Gp.RCX; // when a block's products are done
  private static final Gp MORE_RESULTS = Gp.R8; // then
  private static final Gp SCRATCH = Gp.RDX; // then
  private static final int CACHE_LINE = 64;

  /// Lines asked for a unit: sixteen row groups, two at a time, ask for all of two token tiles.
  private static final int LINES_AHEAD = 4;

  /// Rows of results asked for a unit: sixteen units ask for all of two token tiles.
  private static final int ROWS_AHEAD = 2;

  private final Tiles tiles;
  private final Ending ending;

  /// What becomes of the sums of a piece.
  enum Ending {
    /// They are parked until the next piece.
    PARKED,
    /// They are results: whole tiles of 16 tokens and 16 rows.
    RESULTS
  }

  TileProduct(Tiles tiles, Ending ending) {
    this.tiles = tiles;
    this.ending = ending;
  }

  @Override
  public String name() {
    return "tile-product-" + tiles.name() + "-" + ending;
  }

  @Override
  public void emit(Assembler asm) {
    tiles.configure(asm, ARGUMENTS.field(ARGS, "images"));
    asm.mov(TOKENS, ARGUMENTS.field(ARGS, "a"));
    asm.mov(TOKEN_TILES, ARGUMENTS.field(ARGS, "tokenTiles"));
    TileBlocks.byTwos(asm, TOKEN_TILES, count -> tokenTiles(asm, count));
    tiles.release(asm);
  }

  private void tokenTiles(Assembler asm, int count) {
    asm.mov(AHEAD, TOKENS);
    for (int i = 0; i < count; i++) {
      asm.add(AHEAD, ARGUMENTS.field(ARGS, "aStride"));
    }
    asm.mov(GROUP, ARGUMENTS.field(ARGS, "b"));
    asm.mov(GROUPS, ARGUMENTS.field(ARGS, "groups"));
    asm.mov(SUMS, ARGUMENTS.field(ARGS, "sums"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    TileBlocks.byTwos(asm, GROUPS, groups -> block(asm, count, groups));
    for (int i = 0; i < count; i++) {
      asm.add(TOKENS, ARGUMENTS.field(ARGS, "aStride"));
    }
    advance(asm, "sums", "sumStride", count);
    if (ending == Ending.RESULTS) {
      advance(asm, "out", "outStride", count * Tiles.ROWS);
    }
  }

  /// Raises a field by `times` another.
  private static void advance(Assembler asm, String field, String by, int times) {
    asm.mov(SCRATCH, ARGUMENTS.field(ARGS, by));
    asm.imul(SCRATCH, SCRATCH, times);
    asm.add(SCRATCH, ARGUMENTS.field(ARGS, field));
    asm.mov(ARGUMENTS.field(ARGS, field), SCRATCH);
  }

  private void block(Assembler asm, int tokenTiles, int groups) {
    asm.mov(MORE_SUMS, SUMS);
    asm.add(MORE_SUMS, ARGUMENTS.field(ARGS, "sumStride"));
    asm.mov(A[0], TOKENS);
    asm.mov(A[1], TOKENS);
    asm.add(A[1], ARGUMENTS.field(ARGS, "aStride"));
    asm.mov(B[0], GROUP);
    asm.mov(B[1], GROUP);
    asm.add(B[1], ARGUMENTS.field(ARGS, "bStride"));
    TileBlocks sums = new TileBlocks(tokenTiles, groups);
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "resume"));
    sums.begin(
        asm, tiles, UNITS, (i, j, sum) -> tiles.loadOnce(asm, sum, parked(i), j * Tiles.BYTES));
    if (ending == Ending.RESULTS) {
      asm.mov(OUT_AHEAD, OUT);
    }
    Label unit = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.align(32);
    asm.bind(unit);
    unit(asm, tokenTiles, groups);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    switch (ending) {
      case PARKED -> {
        asm.mov(MORE_SUMS, SUMS);
        asm.add(MORE_SUMS, ARGUMENTS.field(ARGS, "sumStride"));
        sums.forEachSum((i, j, sum) -> tiles.store(asm, parked(i), j * Tiles.BYTES, sum));
      }
      case RESULTS -> storeResults(asm, sums);
    }
    asm.add(SUMS, groups * Tiles.BYTES);
    asm.add(OUT, groups * CACHE_LINE);
    for (int j = 0; j < groups; j++) {
      asm.add(GROUP, ARGUMENTS.field(ARGS, "bStride"));
    }
  }

  private static Gp parked(int tokenTile) {
    return tokenTile == 0 ? SUMS : MORE_SUMS;
  }

  private void unit(Assembler asm, int tokenTiles, int groups) {
    for (int j = 0; j < groups; j++) {
      tiles.loadOnce(asm, b(j), B[j], 0);
    }
    for (int i = 0; i < tokenTiles; i++) {
      tiles.load(asm, a(i), A[i], 0);
      for (int j = 0; j < groups; j++) {
        tiles.multiply(asm, sum(i, j), a(i), b(j));
      }
      asm.add(A[i], Tiles.BYTES);
    }
    for (int j = 0; j < groups; j++) {
      asm.add(B[j], Tiles.BYTES);
    }
    for (int line = 0; line < LINES_AHEAD; line++) {
      asm.prefetch(Hint.SECOND_LEVEL, Mem.at(AHEAD, line * CACHE_LINE));
    }
    asm.add(AHEAD, LINES_AHEAD * CACHE_LINE);
    if (ending == Ending.RESULTS) {
      for (int row = 0; row < ROWS_AHEAD; row++) {
        for (int j = 0; j < groups; j++) {
          asm.prefetch(Hint.SECOND_LEVEL, Mem.at(OUT_AHEAD, j * CACHE_LINE));
        }
        asm.add(OUT_AHEAD, ARGUMENTS.field(ARGS, "outStride"));
      }
    }
  }

  private void storeResults(Assembler asm, TileBlocks sums) {
    asm.mov(OUT_STRIDE, ARGUMENTS.field(ARGS, "outStride"));
    asm.imul(MORE_RESULTS, OUT_STRIDE, Tiles.ROWS);
    asm.add(MORE_RESULTS, OUT);
    sums.forEachSum((i, j, sum) -> {
      Gp results = i == 0 ? OUT : MORE_RESULTS;
      tiles.store(asm, new Rows(results, j * CACHE_LINE, OUT_STRIDE, SCRATCH), sum);
    });
  }
}
