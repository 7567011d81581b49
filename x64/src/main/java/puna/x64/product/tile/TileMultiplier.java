package puna.x64.product.tile;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.x64.code.Routine;
import puna.x64.panel.TilePanel;
import puna.x64.product.Packing;
import puna.x64.product.ProductArguments;
import puna.x64.tile.Tiles;

/// Products of many tokens in tiles of bf16: up to 256 rows are unpacked, a piece of the depth at a
/// time, and multiplied by up to 512 tokens before the next piece is.
public final class TileMultiplier {
  private static final int GROUPS = 16; // a panel

  /// Rows of a panel: the more, the less often activations come from the third-level cache.
  public static final int PANEL_ROWS = GROUPS * Tiles.ROWS;

  private static final int TOKEN_TILES = 32;
  private static final long SUM_BYTES = (long) GROUPS * TOKEN_TILES * Tiles.BYTES;
  private static final long IMAGE_BYTES = (long) Tiles.COUNT * Tiles.BYTES;

  /// Where in the worker's arguments those of products and of drains are, behind the unpacker's.
  private static final long PRODUCT = 128;

  private static final long DRAIN = 256;

  private static final long IMAGES = TileProduct.ARGUMENTS.offset("images");
  private static final long A = TileProduct.ARGUMENTS.offset("a");
  private static final long A_STRIDE = TileProduct.ARGUMENTS.offset("aStride");
  private static final long TILE_COUNT = TileProduct.ARGUMENTS.offset("tokenTiles");
  private static final long B = TileProduct.ARGUMENTS.offset("b");
  private static final long B_STRIDE = TileProduct.ARGUMENTS.offset("bStride");
  private static final long GROUP_COUNT = TileProduct.ARGUMENTS.offset("groups");
  private static final long UNITS = TileProduct.ARGUMENTS.offset("units");
  private static final long SUMS = TileProduct.ARGUMENTS.offset("sums");
  private static final long SUM_STRIDE = TileProduct.ARGUMENTS.offset("sumStride");
  private static final long RESUME = TileProduct.ARGUMENTS.offset("resume");
  private static final long RESULTS = TileProduct.ARGUMENTS.offset("out");
  private static final long RESULT_STRIDE = TileProduct.ARGUMENTS.offset("outStride");
  private static final long FROM = TileDrain.ARGUMENTS.offset("sums");
  private static final long TOKENS = TileDrain.ARGUMENTS.offset("tokens");
  private static final long WHOLE = TileDrain.ARGUMENTS.offset("whole");
  private static final long TAIL = TileDrain.ARGUMENTS.offset("tail");
  private static final long OUT = TileDrain.ARGUMENTS.offset("out");
  private static final long OUT_STRIDE = TileDrain.ARGUMENTS.offset("outStride");

  private final Shared shared;
  private final Packing packing;
  private final Routine unpack;

  /// What all matrices share.
  ///
  /// @param layout of `TilePanel`s
  /// @param leastTokens that tiles are for
  public record Shared(Tiles tiles, PanelLayout layout, int leastTokens, Routines routines) {}

  /// @param park multiplies a piece of the depth and parks the sums
  /// @param finish multiplies the last piece and stores whole tiles of results
  /// @param drain stores what is parked, tiles that are not whole too
  public record Routines(Routine park, Routine finish, Routine drain) {}

  public TileMultiplier(Shared shared, Packing packing, Routine unpack) {
    this.shared = shared;
    this.packing = packing;
    this.unpack = unpack;
  }

  /// For people.
  public String description() {
    return "from %s tokens on bf16 tiles (%s)"
        .formatted(shared.leastTokens(), shared.tiles().name());
  }

  public PanelLayout layout() {
    return shared.layout();
  }

  public int leastTokens() {
    return shared.leastTokens();
  }

  /// The rows of `range`, whose bounds the caller has proved.
  public void multiply(
      PackedMatrix matrix, TilePanel x, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    long memory = scratch.bytes(panelBytes(x) + SUM_BYTES + IMAGE_BYTES).address();
    Step step = new Step(matrix, x, out, scratch.arguments(), memory);
    for (int tile = 0; tile < x.tokenTiles(); tile += TOKEN_TILES) {
      for (int row = range.first(); row < range.end(); row += PANEL_ROWS) {
        int rows = Math.min(PANEL_ROWS, range.end() - row);
        int tokens = Math.min(TOKEN_TILES * Tiles.ROWS, x.tokens() - tile * Tiles.ROWS);
        panel(step, new Part(tile, row, rows, tokens));
      }
    }
  }

  private static long panelBytes(TilePanel x) {
    return (long) GROUPS * x.pieceUnits() * Tiles.BYTES;
  }

  /// What a multiplication works with.
  ///
  /// @param memory the address of a panel, the sums and the images of tiles
  private record Step(
      PackedMatrix matrix, TilePanel x, FloatMatrix out, MemorySegment arguments, long memory) {
    long sums() {
      return memory + panelBytes(x);
    }

    long images() {
      return sums() + SUM_BYTES;
    }

    /// Where a region's results go.
    long results(Part part, Region region) {
      int row = part.firstRow() + region.group() * Tiles.ROWS;
      long token = out.offset((part.tile() + region.tile()) * Tiles.ROWS);
      return out.data().address() + token + (long) row * Float.BYTES;
    }

    void put(long at, long value) {
      arguments.set(JAVA_LONG, at, value);
    }

    long get(long at) {
      return arguments.get(JAVA_LONG, at);
    }
  }

  /// Some of a part's tiles: token tiles from `tile` on, row groups from `group` on.
  private record Region(int tile, int tiles, int group, int groups) {}

  /// The rows of a panel by up to 512 tokens.
  ///
  /// @param tile the first of the tokens, in tiles
  private record Part(int tile, int firstRow, int rows, int tokens) {
    int tiles() {
      return Math.ceilDiv(tokens, Tiles.ROWS);
    }

    int groups() {
      return Math.ceilDiv(rows, Tiles.ROWS);
    }

    Region whole() {
      return new Region(0, tiles(), 0, groups());
    }

    /// Bytes from the sums of a pair of token tiles to those of the next pair.
    long sumStride() {
      return (long) groups() * TilePanel.PAIR_BYTES;
    }

    /// Where a region's sums lie.
    long sumOffset(Region region) {
      return TilePanel.offset(region.tile(), sumStride())
          + (long) region.group() * TilePanel.PAIR_BYTES;
    }
  }

  /// Piece after piece of the depth: unpacked, then multiplied.
  private void panel(Step step, Part part) {
    int columns = step.matrix().columns();
    int pieceColumns = step.x().pieceUnits() * Tiles.DEPTH;
    step.put(PRODUCT + IMAGES, step.images());
    step.put(PRODUCT + A_STRIDE, step.x().pairStride());
    step.put(PRODUCT + SUM_STRIDE, part.sumStride());
    step.put(PRODUCT + RESULT_STRIDE, step.out().offset(1));
    for (int column = 0; column < columns; column += pieceColumns) {
      int wide = Math.min(pieceColumns, columns - column);
      unpack(step, part, column, wide);
      step.put(PRODUCT + RESUME, column);
      long x = step.x().address(part.tile(), column / pieceColumns);
      if (column + wide < columns) {
        product(step, part, x, part.whole(), shared.routines().park());
      } else {
        finish(step, part, x);
      }
    }
  }

  private void unpack(Step step, Part part, int column, int wide) {
    int columns = step.matrix().columns();
    long group = part.firstRow() / Tiles.ROWS;
    long weights = step.matrix().data().address() + group * packing.groupBytes(columns);
    long from = weights + packing.putPiece(step.arguments(), columns, column, wide);
    ProductArguments.putGroups(step.arguments(), from, part.groups());
    ProductArguments.putOut(step.arguments(), step.memory(), 0);
    unpack.call(step.arguments());
    int units = Math.ceilDiv(wide, Tiles.DEPTH);
    step.put(PRODUCT + UNITS, units);
    step.put(PRODUCT + B_STRIDE, (long) units * Tiles.BYTES);
  }

  /// The last piece: whole tiles of results go where they belong, others through parked sums.
  private void finish(Step step, Part part, long x) {
    int tiles = part.tokens() / Tiles.ROWS;
    int groups = part.rows() / Tiles.ROWS;
    product(step, part, x, new Region(0, tiles, 0, groups), shared.routines().finish());
    if (groups < part.groups()) {
      Region last = new Region(0, part.tiles(), groups, 1);
      product(step, part, x, last, shared.routines().park());
      drain(step, part, last);
    }
    if (tiles < part.tiles()) {
      Region last = new Region(tiles, 1, 0, groups);
      product(step, part, x, last, shared.routines().park());
      drain(step, part, last);
    }
  }

  private void product(Step step, Part part, long x, Region region, Routine routine) {
    long bStride = step.get(PRODUCT + B_STRIDE);
    step.put(PRODUCT + A, x + step.x().offset(region.tile()));
    step.put(PRODUCT + TILE_COUNT, region.tiles());
    step.put(PRODUCT + B, step.memory() + region.group() * bStride);
    step.put(PRODUCT + GROUP_COUNT, region.groups());
    step.put(PRODUCT + SUMS, step.sums() + part.sumOffset(region));
    step.put(PRODUCT + RESULTS, step.results(part, region));
    routine.call(step.arguments().address() + PRODUCT);
  }

  /// Parked sums to the results, a pair of token tiles at a time.
  private void drain(Step step, Part part, Region region) {
    int rows = Math.min(region.groups() * Tiles.ROWS, part.rows() - region.group() * Tiles.ROWS);
    step.put(DRAIN + WHOLE, rows / Tiles.ROWS);
    step.put(DRAIN + TAIL, (1L << rows % Tiles.ROWS) - 1);
    step.put(DRAIN + OUT_STRIDE, step.out().offset(1));
    for (int tile = 0; tile < region.tiles(); tile += TilePanel.PAIR) {
      int first = region.tile() + tile;
      int tiles = Math.min(TilePanel.PAIR, region.tiles() - tile);
      Region pair = new Region(first, tiles, region.group(), region.groups());
      step.put(DRAIN + FROM, step.sums() + part.sumOffset(pair));
      step.put(DRAIN + TOKENS, Math.min(tiles * Tiles.ROWS, part.tokens() - first * Tiles.ROWS));
      step.put(DRAIN + OUT, step.results(part, pair));
      shared.routines().drain().call(step.arguments().address() + DRAIN);
    }
  }
}
