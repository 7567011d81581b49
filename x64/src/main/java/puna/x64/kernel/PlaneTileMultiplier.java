package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.x64.code.Routine;

/// Products of 16 tokens a pass in tiles of integers: as exact as those of a single token.
///
/// @param layout of `PlaneTiles`
/// @param leastTokens that it is for
/// @param product a `PlaneTileProduct`
record PlaneTileMultiplier(Packing packing, PanelLayout layout, int leastTokens, Routine product) {
  private static final int LANES = Tiles.ROWS;
  private static final long RESULT_STRIDE = (long) LANES * Float.BYTES;
  private static final long RESULT_BYTES = Tiles.ROWS * RESULT_STRIDE;
  private static final long WORK_BYTES =
      (long) Tiles.COUNT * Tiles.BYTES + PlaneTileProduct.WORK_BYTES;

  /// Weights that stay in the second-level cache from one pass of tokens to the next.
  private static final long PASS_BYTES = 512 << 10;

  /// The rows of `range`, whose bounds the caller has proved.
  void multiply(
      PackedMatrix matrix, PlaneTiles x, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    long groupBytes = packing.groupBytes(matrix.columns());
    long weights = matrix.data().address();
    MemorySegment memory = scratch.bytes(WORK_BYTES + RESULT_BYTES);
    packing.putArguments(scratch.arguments(), matrix.columns());
    ProductArguments.putImages(scratch.arguments(), memory.address());
    int full = range.end() / LANES; // a last group of fewer rows is done apart
    int step = x.tokenTiles() == 1 ? full : (int) Math.max(1, PASS_BYTES / groupBytes);
    for (int group = range.first() / LANES; group < full; group += step) {
      int groups = Math.min(step, full - group);
      long to = out.data().address() + (long) group * LANES * Float.BYTES;
      for (int tile = 0; tile < x.tokenTiles(); tile++) {
        ProductArguments.putGroups(scratch.arguments(), weights + group * groupBytes, groups);
        ProductArguments.putOut(
            scratch.arguments(), to + out.offset(tile * Tiles.ROWS), out.offset(1));
        call(x, tile, scratch.arguments());
      }
    }
    if (full * LANES < range.end()) {
      RowRange rows = new RowRange(full * LANES, range.end());
      for (int tile = 0; tile < x.tokenTiles(); tile++) {
        ProductArguments.putGroups(scratch.arguments(), weights + full * groupBytes, 1);
        partialGroup(x, tile, rows, out, scratch);
      }
    }
  }

  private void call(PlaneTiles x, int tile, MemorySegment arguments) {
    ProductArguments.putTile(arguments, x.address(tile), tokens(x, tile));
    product.call(arguments);
  }

  private static int tokens(PlaneTiles x, int tile) {
    return Math.min(Tiles.ROWS, x.tokens() - tile * Tiles.ROWS);
  }

  /// The last rows, which do not fill a group: through scratch, since a product writes whole
  /// groups.
  private void partialGroup(
      PlaneTiles x, int tile, RowRange rows, FloatMatrix out, WorkerScratch scratch) {
    MemorySegment memory = scratch.bytes(WORK_BYTES + RESULT_BYTES);
    ProductArguments.putOut(scratch.arguments(), memory.address() + WORK_BYTES, RESULT_STRIDE);
    call(x, tile, scratch.arguments());
    long bytes = (long) rows.count() * Float.BYTES;
    for (int token = 0; token < tokens(x, tile); token++) {
      long at = out.offset(tile * Tiles.ROWS + token) + (long) rows.first() * Float.BYTES;
      MemorySegment.copy(memory, WORK_BYTES + token * RESULT_STRIDE, out.data(), at, bytes);
    }
  }
}
