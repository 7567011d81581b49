package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Optional;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.tensor.Tensor;
import puna.x64.code.Routine;
import puna.x64.panel.PlaneTiles;
import puna.x64.panel.TilePanel;
import puna.x64.panel.TokenPanel;
import puna.x64.panel.TokenWords;
import puna.x64.product.Packing;
import puna.x64.product.PartialGroup;
import puna.x64.product.ProductArguments;
import puna.x64.product.plane.PlaneTileMultiplier;
import puna.x64.product.tile.TileMultiplier;
import puna.x64.product.word.WordMultiplier;
import puna.x64.tile.Tiles;

/// Products of a matrix whose rows lie side by side in the lanes of vectors, with a few tokens a
/// pass.
final class LaneMatrixKernel implements MatrixKernel {
  /// Weights that stay in the second-level cache from one pass of tokens to the next.
  private static final long PASS_BYTES = 256 << 10;

  private final int lanes;
  private final String activations;
  private final Packing packing;
  private final PanelLayout panelLayout;
  private final Routine[] products; // by the logarithm of their tokens: 1, 2, 4 …
  private final Optional<TileMultiplier> tiles;
  private final Optional<PlaneTileMultiplier> planeTiles;
  private final Optional<WordMultiplier> words;

  /// @param lanes rows a group
  /// @param activations how exact they are, for people
  /// @param panelLayout of `TokenPanel`s
  /// @param products those of 1, 2, 4 … tokens
  LaneMatrixKernel(
      int lanes, String activations, Packing packing, PanelLayout panelLayout, Routine[] products) {
    this.lanes = lanes;
    this.activations = activations;
    this.packing = packing;
    this.panelLayout = panelLayout;
    this.products = products.clone();
    this.tiles = Optional.empty();
    this.planeTiles = Optional.empty();
    this.words = Optional.empty();
  }

  private LaneMatrixKernel(
      LaneMatrixKernel narrow,
      Optional<TileMultiplier> tiles,
      Optional<PlaneTileMultiplier> planeTiles,
      Optional<WordMultiplier> words) {
    this.lanes = narrow.lanes;
    this.activations = narrow.activations;
    this.packing = narrow.packing;
    this.panelLayout = narrow.panelLayout;
    this.products = narrow.products;
    this.tiles = tiles;
    this.planeTiles = planeTiles;
    this.words = words;
  }

  /// The same kernel, with tiles for steps of many tokens.
  LaneMatrixKernel with(TileMultiplier multiplier) {
    return new LaneMatrixKernel(this, Optional.of(multiplier), planeTiles, words);
  }

  /// The same kernel, with tiles of integers for steps of some tokens.
  LaneMatrixKernel with(PlaneTileMultiplier multiplier) {
    return new LaneMatrixKernel(this, tiles, Optional.of(multiplier), words);
  }

  /// The same kernel, with words of 16 bits for steps of some tokens.
  LaneMatrixKernel with(WordMultiplier multiplier) {
    return new LaneMatrixKernel(this, tiles, planeTiles, Optional.of(multiplier));
  }

  /// How matrices are laid out.
  Packing packing() {
    return packing;
  }

  @Override
  public String name() {
    return "%s rows a vector, %s%s%s%s%s"
        .formatted(
            lanes,
            activations,
            packing.loss(),
            words
                .map(multiplier ->
                    ", in words from %s tokens on".formatted(multiplier.leastTokens()))
                .orElse(""),
            planeTiles
                .map(multiplier ->
                    ", in tiles from %s tokens on".formatted(multiplier.leastTokens()))
                .orElse(""),
            tiles.map(multiplier -> "; " + multiplier.description()).orElse(""));
  }

  @Override
  public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
    int rows = Math.toIntExact(tensor.shape().rows());
    int columns = Math.toIntExact(tensor.shape().columns());
    long bytes = Math.multiplyExact((long) Math.ceilDiv(rows, lanes), packing.groupBytes(columns));
    return PackedMatrix.reserve(tensor, bytes, memory);
  }

  @Override
  public void pack(MemorySegment rows, PackedMatrix packed, RowRange range) {
    packing.pack(rows, packed, range);
  }

  @Override
  public boolean keepsFileLayout() {
    return false;
  }

  @Override
  public PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision) {
    boolean mayRound = invariance == BatchInvariance.OFF && precision == Precision.FAST;
    if (tiles.isPresent() && mayRound && tokens >= tiles.get().leastTokens()) {
      return tiles.get().layout();
    }
    // the same to the last bit as a single token's way, so that every product may have it
    if (words.isPresent() && tokens >= words.get().leastTokens()) {
      return words.get().layout();
    }
    return planeTiles
        .filter(multiplier -> tokens >= multiplier.leastTokens())
        .map(PlaneTileMultiplier::layout)
        .orElse(panelLayout);
  }

  @Override
  public int rowGroup() {
    return lanes;
  }

  @Override
  public void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    check(matrix, panel, range, out);
    if (panel instanceof TilePanel wide) {
      tiles.orElseThrow().multiply(matrix, wide, range, out, scratch);
      return;
    }
    if (panel instanceof TokenWords some) {
      words.orElseThrow().multiply(matrix, some, range, out, scratch);
      return;
    }
    packing.putArguments(scratch.arguments(), matrix.columns());
    long groupBytes = packing.groupBytes(matrix.columns());
    long weights = matrix.data().address();
    int full = range.end() / lanes; // a last group of fewer rows is done apart
    int step = groupsAPass(panel, groupBytes);
    int groups;
    for (int group = range.first() / lanes; group < full; group += groups) {
      groups = packing.putScales(matrix, group, Math.min(step, full - group), scratch);
      ProductArguments.putGroups(scratch.arguments(), weights + group * groupBytes, groups);
      long at = out.data().address() + (long) group * lanes * Float.BYTES;
      passes(panel, groups, at, out.offset(1), scratch);
    }
    if (full * lanes < range.end()) {
      ProductArguments.putGroups(
          scratch.arguments(),
          weights + full * groupBytes,
          packing.putScales(matrix, full, 1, scratch));
      partialGroup(panel, new RowRange(full * lanes, range.end()), out, scratch);
    }
  }

  private int groupsAPass(Panel x, long groupBytes) {
    int most = x instanceof PlaneTiles ? Tiles.ROWS : 1 << (products.length - 1);
    if (x.tokens() <= most) {
      return Integer.MAX_VALUE / 2; // one pass: nothing is read again
    }
    return (int) Math.max(1, PASS_BYTES / groupBytes);
  }

  /// All tokens against the row groups that are put, as many a pass as one product takes.
  private void passes(Panel panel, int groups, long out, long outStride, WorkerScratch scratch) {
    if (panel instanceof PlaneTiles wide) {
      planeTiles.orElseThrow().passes(wide, groups, out, outStride, scratch);
      return;
    }
    TokenPanel x = (TokenPanel) panel;
    MemorySegment arguments = scratch.arguments();
    int token = 0;
    while (token < x.tokens()) {
      int kind =
          Math.min(products.length - 1, 31 - Integer.numberOfLeadingZeros(x.tokens() - token));
      ProductArguments.putTokens(arguments, x.address() + token * x.tokenBytes(), x.tokenBytes());
      ProductArguments.putOut(arguments, out + token * outStride, outStride);
      products[kind].call(arguments);
      token += 1 << kind;
    }
  }

  private void partialGroup(Panel x, RowRange rows, FloatMatrix out, WorkerScratch scratch) {
    long stride = (long) lanes * Float.BYTES;
    MemorySegment results = scratch.bytes(x.tokens() * stride);
    passes(x, 1, results.address(), stride, scratch);
    PartialGroup.copy(results, stride, out, rows, x.tokens());
  }

  @Override
  public void decodeRow(
      PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
    packing.decodeRow(matrix, row, out.data(), out.offset(token));
  }

  private void check(PackedMatrix matrix, Panel x, RowRange range, FloatMatrix out) {
    if (x.columns() != matrix.columns()
        || range.first() < 0
        || range.first() % lanes != 0
        || range.first() > range.end()
        || range.end() > matrix.rows()
        || (range.end() % lanes != 0 && range.end() != matrix.rows())
        || out.tokens() < x.tokens()
        || out.width() < range.end()) {
      throw new IllegalArgumentException(
          "%s of a matrix (%s × %s) do not fit %s tokens of %s columns and results (%s × %s)"
              .formatted(
                  range,
                  matrix.rows(),
                  matrix.columns(),
                  x.tokens(),
                  x.columns(),
                  out.tokens(),
                  out.width()));
    }
  }
}
