package puna.x64.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.x64.code.Routine;

/// Products of many tokens in tiles of bf16: up to 128 rows are unpacked, 256 columns at a time,
/// and multiplied by up to 512 tokens before the next columns are.
final class TileMultiplier {
  private static final int GROUPS = 8; // a panel
  private static final int PIECE_UNITS = 8; // whole super-blocks
  private static final int TOKEN_TILES = 32;
  private static final long PANEL_BYTES = (long) GROUPS * PIECE_UNITS * Tiles.BYTES;
  private static final long SUM_BYTES = (long) GROUPS * TOKEN_TILES * Tiles.BYTES;
  private static final long IMAGE_BYTES = (long) Tiles.COUNT * Tiles.BYTES;
  private static final int PIECE_COLUMNS = PIECE_UNITS * Tiles.DEPTH;

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
  private static final long FROM = TileDrain.ARGUMENTS.offset("sums");
  private static final long FROM_STRIDE = TileDrain.ARGUMENTS.offset("sumStride");
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
  record Shared(Tiles tiles, PanelLayout layout, int leastTokens, Routine product, Routine drain) {}

  TileMultiplier(Shared shared, Packing packing, Routine unpack) {
    this.shared = shared;
    this.packing = packing;
    this.unpack = unpack;
  }

  /// For people.
  String description() {
    return "from %d tokens on bf16 tiles (%s)"
        .formatted(shared.leastTokens(), shared.tiles().name());
  }

  PanelLayout layout() {
    return shared.layout();
  }

  int leastTokens() {
    return shared.leastTokens();
  }

  /// The rows of `range`, whose bounds the caller has proved.
  void multiply(
      PackedMatrix matrix, TilePanel x, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    Step step = new Step(matrix, x, out, scratch.arguments(), memory(scratch));
    int end = Math.ceilDiv(range.end(), Tiles.ROWS);
    for (int tile = 0; tile < x.tokenTiles(); tile += TOKEN_TILES) {
      for (int group = range.first() / Tiles.ROWS; group < end; group += GROUPS) {
        int groups = Math.min(GROUPS, end - group);
        panel(step, tile, group, groups);
        drain(step, tile, group * Tiles.ROWS, Math.min((group + groups) * Tiles.ROWS, range.end()));
      }
    }
  }

  private static long memory(WorkerScratch scratch) {
    return scratch.bytes(PANEL_BYTES + SUM_BYTES + IMAGE_BYTES).address();
  }

  /// What a multiplication works with.
  ///
  /// @param memory the address of a panel, the sums and the images of tiles
  private record Step(
      PackedMatrix matrix, TilePanel x, FloatMatrix out, MemorySegment arguments, long memory) {
    long sums() {
      return memory + PANEL_BYTES;
    }

    long images() {
      return sums() + SUM_BYTES;
    }

    void put(long at, long value) {
      arguments.set(JAVA_LONG, at, value);
    }
  }

  /// All columns of `groups` row groups by up to 512 tokens, to the parked sums.
  private void panel(Step step, int tile, int group, int groups) {
    int columns = step.matrix().columns();
    long weights = step.matrix().data().address() + group * packing.groupBytes(columns);
    step.put(PRODUCT + IMAGES, step.images());
    step.put(PRODUCT + A_STRIDE, step.x().tileStride());
    step.put(PRODUCT + TILE_COUNT, Math.min(TOKEN_TILES, step.x().tokenTiles() - tile));
    step.put(PRODUCT + B, step.memory());
    step.put(PRODUCT + GROUP_COUNT, groups);
    step.put(PRODUCT + SUMS, step.sums());
    step.put(PRODUCT + SUM_STRIDE, (long) groups * Tiles.BYTES);
    for (int column = 0; column < columns; column += PIECE_COLUMNS) {
      int wide = Math.min(PIECE_COLUMNS, columns - column);
      int units = Math.ceilDiv(wide, Tiles.DEPTH);
      long from = weights + packing.putPiece(step.arguments(), columns, column, wide);
      ProductArguments.putGroups(step.arguments(), from, groups);
      ProductArguments.putOut(step.arguments(), step.memory(), 0);
      unpack.call(step.arguments());
      step.put(PRODUCT + A, step.x().address(tile, column / Tiles.DEPTH));
      step.put(PRODUCT + B_STRIDE, (long) units * Tiles.BYTES);
      step.put(PRODUCT + UNITS, units);
      step.put(PRODUCT + RESUME, column);
      shared.product().call(step.arguments().address() + PRODUCT);
    }
  }

  /// Rows `first … end − 1` of the parked sums to the results.
  private void drain(Step step, int tile, int first, int end) {
    int token = tile * Tiles.ROWS;
    int rows = end - first;
    int groups = Math.ceilDiv(rows, Tiles.ROWS);
    FloatMatrix out = step.out();
    step.put(DRAIN + FROM, step.sums());
    step.put(DRAIN + FROM_STRIDE, (long) groups * Tiles.BYTES);
    step.put(DRAIN + TOKENS, Math.min(TOKEN_TILES * Tiles.ROWS, step.x().tokens() - token));
    step.put(DRAIN + WHOLE, rows / Tiles.ROWS);
    step.put(DRAIN + TAIL, (1L << rows % Tiles.ROWS) - 1);
    step.put(DRAIN + OUT, out.data().address() + out.offset(token) + (long) first * Float.BYTES);
    step.put(DRAIN + OUT_STRIDE, out.offset(1));
    shared.drain().call(step.arguments().address() + DRAIN);
  }
}
