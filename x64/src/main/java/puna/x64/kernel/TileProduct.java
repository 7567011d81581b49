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

/// Tiles of activations times a panel of unpacked weights: a piece of the depth, all token tiles
/// against all row groups, two by two.
///
/// ```
/// configure
/// token tiles, two at a time    32 KiB at most: they stay in the first-level cache
///   row groups, two at a time     streamed from the second level, the next tiles asked for ahead
///     sums ← zero or as parked
///     units of 32 columns           2 + 2 loads, 4 products
///     park sums                     1,024 bytes a tile, so that no two lines of it collide
/// release
/// ```
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
          "resume");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp[] A = {Gp.RSI, Gp.RDX};
  private static final Gp[] B = {Gp.RCX, Gp.R8};
  private static final Gp UNITS = Gp.R9;
  private static final Gp[] SUMS = {Gp.R10, Gp.R11};
  private static final Gp GROUPS = Gp.R12;
  private static final Gp TOKEN_TILES = Gp.R13;
  private static final Gp TOKENS = Gp.R14;
  private static final Gp GROUP = Gp.RBX;
  private static final Gp GROUP_STRIDE = Gp.RBP;
  private static final Gp RESUME = Gp.RAX;
  private static final int CACHE_LINE = 64;

  private final Tiles tiles;

  TileProduct(Tiles tiles) {
    this.tiles = tiles;
  }

  @Override
  public String name() {
    return "tile-product-" + tiles.name();
  }

  @Override
  public void emit(Assembler asm) {
    tiles.configure(asm, ARGUMENTS.field(ARGS, "images"));
    asm.mov(TOKENS, ARGUMENTS.field(ARGS, "a"));
    asm.mov(TOKEN_TILES, ARGUMENTS.field(ARGS, "tokenTiles"));
    asm.mov(GROUP_STRIDE, ARGUMENTS.field(ARGS, "bStride"));
    asm.mov(SUMS[0], ARGUMENTS.field(ARGS, "sums"));
    TileBlocks.byTwos(asm, TOKEN_TILES, count -> tokenTiles(asm, count));
    tiles.release(asm);
  }

  private void tokenTiles(Assembler asm, int count) {
    asm.mov(GROUP, ARGUMENTS.field(ARGS, "b"));
    asm.mov(GROUPS, ARGUMENTS.field(ARGS, "groups"));
    asm.mov(SUMS[1], SUMS[0]);
    asm.add(SUMS[1], ARGUMENTS.field(ARGS, "sumStride"));
    TileBlocks.byTwos(asm, GROUPS, groups -> block(asm, count, groups));
    // the sums of the first tile end where those of the second begin
    for (int i = 1; i < count; i++) {
      asm.add(SUMS[0], ARGUMENTS.field(ARGS, "sumStride"));
    }
    for (int i = 0; i < count; i++) {
      asm.add(TOKENS, ARGUMENTS.field(ARGS, "aStride"));
    }
  }

  private void block(Assembler asm, int tokenTiles, int groups) {
    asm.mov(A[0], TOKENS);
    if (tokenTiles == 2) {
      asm.mov(A[1], TOKENS);
      asm.add(A[1], ARGUMENTS.field(ARGS, "aStride"));
    }
    asm.mov(B[0], GROUP);
    asm.lea(B[1], Mem.at(GROUP, GROUP_STRIDE, 1));
    TileBlocks sums = new TileBlocks(tokenTiles, groups);
    asm.mov(RESUME, ARGUMENTS.field(ARGS, "resume"));
    sums.begin(asm, tiles, RESUME, (i, j, sum) -> tiles.load(asm, sum, SUMS[i], j * Tiles.BYTES));
    Label unit = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.align(32);
    asm.bind(unit);
    unit(asm, tokenTiles, groups);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    sums.forEachSum((i, j, sum) -> tiles.store(asm, SUMS[i], j * Tiles.BYTES, sum));
    for (int i = 0; i < 2; i++) {
      asm.add(SUMS[i], groups * Tiles.BYTES);
    }
    for (int j = 0; j < groups; j++) {
      asm.add(GROUP, GROUP_STRIDE);
    }
  }

  private void unit(Assembler asm, int tokenTiles, int groups) {
    for (int j = 0; j < groups; j++) {
      tiles.load(asm, b(j), B[j], 0);
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
      for (int line = 0; line < Tiles.BYTES; line += CACHE_LINE) {
        asm.prefetch(Hint.ALL_LEVELS, Mem.at(B[j], line));
      }
    }
  }
}
