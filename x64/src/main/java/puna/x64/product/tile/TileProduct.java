package puna.x64.product.tile;

import static puna.x64.panel.TilePanel.PAIR;
import static puna.x64.panel.TilePanel.PAIR_BYTES;
import static puna.x64.tile.TileBlocks.a;
import static puna.x64.tile.TileBlocks.b;
import static puna.x64.tile.TileBlocks.sum;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.tile.TileBlocks;
import puna.x64.tile.Tiles;
import puna.x64.tile.Tiles.Rows;

/// Tiles of activations times a panel of unpacked weights: a piece of the depth, all token tiles
/// against all row groups, two by two.
///
/// ```
/// configure; the first block's sums ← zero or as parked
/// pairs of token tiles          32 KiB: they stay in the first-level cache
///   row groups, two at a time     streamed past it from the second level
///     units of 32 columns           2 + 2 loads, 4 products; the next token tiles, the next sums, and
///                                   the lines that results go to, are asked for
///     sums parked, or stored as results; each followed by the next block's, zero or as parked
/// release
/// ```
///
/// Parked sums are 1,024 bytes a tile, in the order in which they are wanted, so that no two lines
/// of a block collide and the next ones are on their way while the last products end.
public final class TileProduct implements Emitter {
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
  private static final Gp A = Gp.RSI; // a unit's tile of 16 tokens, behind it that of the next 16
  private static final Gp[] B = {Gp.RCX, Gp.R8};
  private static final Gp UNITS = Gp.R9; // times `UNIT_STEP`
  private static final Gp SUMS = Gp.R10; // where the block's are parked
  private static final Gp NEXT_SUMS = Gp.R11;
  private static final Gp GROUPS = Gp.R12;
  private static final Gp TOKEN_TILES = Gp.R13;
  private static final Gp TOKENS = Gp.R14;
  private static final Gp OUT = Gp.RBP; // where the block's results go
  private static final Gp OUT_AHEAD = Gp.RBX;
  private static final Gp AHEAD = Gp.RAX; // in the token tiles that come next
  private static final Gp OUT_STRIDE = Gp.RSI; // when a block's products are done
  private static final Gp MORE_RESULTS = Gp.R9; // then
  private static final Gp SCRATCH = Gp.RBX; // then
  private static final int CACHE_LINE = 64;

  /// So that eight times the counter is a unit's share of a block's sums: four lines.
  private static final int UNIT_STEP = 32;

  /// Lines asked for a unit: sixteen row groups, two at a time, ask for all of two token tiles.
  private static final int LINES_AHEAD = 4;

  /// Rows of results asked for a unit: sixteen units ask for all of two token tiles.
  private static final int ROWS_AHEAD = 2;

  private final Tiles tiles;
  private final Ending ending;

  /// What becomes of the sums of a piece.
  public enum Ending {
    /// They are parked until the next piece.
    PARKED,
    /// They are results: whole tiles of 16 tokens and 16 rows.
    RESULTS
  }

  public TileProduct(Tiles tiles, Ending ending) {
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
    asm.mov(SUMS, ARGUMENTS.field(ARGS, "sums"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "resume"));
    new TileBlocks(PAIR, 2)
        .begin(asm, tiles, UNITS, (i, j, sum) -> tiles.load(asm, sum, SUMS, parked(i, j)));
    TileBlocks.byTwos(asm, TOKEN_TILES, count -> tokenTiles(asm, count));
    tiles.release(asm);
  }

  private void tokenTiles(Assembler asm, int count) {
    advance(asm, "sums", "sumStride");
    asm.mov(AHEAD, TOKENS);
    asm.add(AHEAD, ARGUMENTS.field(ARGS, "aStride"));
    asm.mov(B[0], ARGUMENTS.field(ARGS, "b"));
    asm.mov(GROUPS, ARGUMENTS.field(ARGS, "groups"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    TileBlocks.byTwos(asm, GROUPS, groups -> block(asm, count, groups));
    asm.add(TOKENS, ARGUMENTS.field(ARGS, "aStride"));
    if (ending == Ending.RESULTS) {
      asm.mov(SCRATCH, ARGUMENTS.field(ARGS, "outStride"));
      asm.imul(SCRATCH, SCRATCH, count * Tiles.ROWS);
      asm.add(SCRATCH, ARGUMENTS.field(ARGS, "out"));
      asm.mov(ARGUMENTS.field(ARGS, "out"), SCRATCH);
    }
  }

  /// Raises a field by another.
  private static void advance(Assembler asm, String field, String by) {
    asm.mov(SCRATCH, ARGUMENTS.field(ARGS, field));
    asm.add(SCRATCH, ARGUMENTS.field(ARGS, by));
    asm.mov(ARGUMENTS.field(ARGS, field), SCRATCH);
  }

  private void block(Assembler asm, int tokenTiles, int groups) {
    asm.mov(A, TOKENS);
    asm.mov(B[1], B[0]);
    asm.add(B[1], ARGUMENTS.field(ARGS, "bStride"));
    nextSums(asm, groups);
    if (ending == Ending.RESULTS) {
      asm.mov(OUT_AHEAD, OUT);
    }
    Label unit = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.imul(UNITS, UNITS, UNIT_STEP);
    asm.align(64);
    asm.bind(unit);
    unit(asm, tokenTiles, groups);
    asm.sub(UNITS, UNIT_STEP);
    asm.jump(Condition.NOT_EQUAL, unit);
    end(asm, new TileBlocks(tokenTiles, groups));
    asm.mov(SUMS, NEXT_SUMS);
    asm.add(OUT, groups * CACHE_LINE);
    if (groups == 2) {
      asm.mov(B[0], B[1]); // which has reached the next row group
    }
  }

  /// The sums behind these, or those of the next token tiles.
  private static void nextSums(Assembler asm, int groups) {
    Label more = new Label();
    if (groups == 2) {
      asm.lea(NEXT_SUMS, Mem.at(SUMS, groups * PAIR_BYTES));
      asm.test(GROUPS, GROUPS); // that are left
      asm.jump(Condition.NOT_EQUAL, more);
    }
    asm.mov(NEXT_SUMS, ARGUMENTS.field(ARGS, "sums"));
    asm.bind(more);
  }

  private static int parked(int tokenTile, int group) {
    return group * PAIR_BYTES + tokenTile * Tiles.BYTES;
  }

  private void unit(Assembler asm, int tokenTiles, int groups) {
    for (int j = 0; j < groups; j++) {
      tiles.loadOnce(asm, b(j), B[j], 0);
    }
    for (int i = 0; i < tokenTiles; i++) {
      tiles.load(asm, a(i), A, i * Tiles.BYTES);
      for (int j = 0; j < groups; j++) {
        tiles.multiply(asm, sum(i, j), a(i), b(j));
      }
    }
    asm.add(A, PAIR_BYTES);
    for (int j = 0; j < groups; j++) {
      asm.add(B[j], Tiles.BYTES);
    }
    for (int line = 0; line < LINES_AHEAD; line++) {
      asm.prefetch(Hint.SECOND_LEVEL, Mem.at(AHEAD, line * CACHE_LINE));
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(NEXT_SUMS, UNITS, 8, (line - LINES_AHEAD) * CACHE_LINE));
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

  /// Each tile of sums is stored as soon as it is complete, and filled with what the next block
  /// begins with. That may have two row groups where this one has one.
  private void end(Assembler asm, TileBlocks sums) {
    if (ending == Ending.RESULTS) {
      asm.mov(OUT_STRIDE, ARGUMENTS.field(ARGS, "outStride"));
      asm.imul(MORE_RESULTS, OUT_STRIDE, Tiles.ROWS);
      asm.add(MORE_RESULTS, OUT);
    }
    TileBlocks next = new TileBlocks(sums.rows(), 2);
    Label resumed = new Label();
    Label ready = new Label();
    asm.mov(SCRATCH, ARGUMENTS.field(ARGS, "resume"));
    asm.test(SCRATCH, SCRATCH);
    asm.jump(Condition.NOT_EQUAL, resumed);
    sums.forEachSum((i, j, sum) -> store(asm, i, j));
    next.forEachSum((i, j, sum) -> tiles.zero(asm, sum));
    asm.jmp(ready);
    asm.bind(resumed);
    next.forEachSum((i, j, sum) -> {
      if (j < sums.columns()) {
        store(asm, i, j);
      }
      tiles.load(asm, sum, NEXT_SUMS, parked(i, j));
    });
    asm.bind(ready);
  }

  private void store(Assembler asm, int i, int j) {
    switch (ending) {
      case PARKED -> tiles.store(asm, SUMS, parked(i, j), sum(i, j));
      case RESULTS -> {
        Gp results = i == 0 ? OUT : MORE_RESULTS;
        tiles.store(asm, new Rows(results, j * CACHE_LINE, OUT_STRIDE, SCRATCH), sum(i, j));
      }
    }
  }
}
