package puna.x64.product.plane;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.WorkerScratch;
import puna.x64.code.Routine;
import puna.x64.panel.PlaneTiles;
import puna.x64.product.ProductArguments;
import puna.x64.tile.Tiles;

/// Products of 16 tokens a pass in tiles of integers: as exact as those of a single token.
///
/// @param layout of `PlaneTiles`
/// @param leastTokens that it is for
/// @param product a `PlaneTileProduct`
public record PlaneTileMultiplier(PanelLayout layout, int leastTokens, Routine product) {
  private static final long WORK_BYTES =
      (long) Tiles.COUNT * Tiles.BYTES + PlaneTileProduct.WORK_BYTES;

  /// All tokens against `groups` row groups, which are put already.
  ///
  /// @param out the address of the first token's results
  public void passes(PlaneTiles x, int groups, long out, long outStride, WorkerScratch scratch) {
    MemorySegment arguments = scratch.arguments();
    ProductArguments.putImages(arguments, scratch.moreBytes(WORK_BYTES).address());
    for (int tile = 0; tile < x.tokenTiles(); tile++) {
      int first = tile * Tiles.ROWS;
      ProductArguments.putGroups(arguments, groups); // a product counts them down
      ProductArguments.putTile(
          arguments, x.address(tile), Math.min(Tiles.ROWS, x.tokens() - first));
      ProductArguments.putOut(arguments, out + first * outStride, outStride);
      product.call(arguments);
    }
  }
}
