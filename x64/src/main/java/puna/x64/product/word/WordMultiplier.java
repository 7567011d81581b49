package puna.x64.product.word;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.x64.code.Routine;
import puna.x64.pack.PackedLayout;
import puna.x64.panel.TokenWords;
import puna.x64.product.PartialGroup;
import puna.x64.product.ProductArguments;
import puna.x64.product.QuantizedPacking;
import puna.x64.product.UnitUnpacker256;

/// Products of some tokens or more in words of 16 bits: 16 rows are unpacked, a piece of the depth
/// at a time, and multiplied by all tokens before the next piece is. They are as exact as those of
/// a single token.
public final class WordMultiplier {
  /// Units of a piece: its panel, 17 to 20 KiB, stays in the first-level cache beside the
  /// activations of four tokens.
  private static final int PIECE_UNITS = 16;

  /// The most that one piece may have, where there is only one.
  private static final int MOST_UNITS = 20;

  private static final int LANES = UnitUnpacker256.LANES;

  /// Bytes of a token's results of one group.
  private static final long RESULT_BYTES = (long) LANES * Float.BYTES;

  /// Where in the worker's arguments those of products are, behind the unpacker's.
  private static final long PRODUCT = 128;

  private static final long PANEL = PRODUCT + WordProduct.ARGUMENTS.offset("panel");
  private static final long UNITS = PRODUCT + WordProduct.ARGUMENTS.offset("units");
  private static final long X = PRODUCT + WordProduct.ARGUMENTS.offset("x");
  private static final long X_STRIDE = PRODUCT + WordProduct.ARGUMENTS.offset("xStride");
  private static final long PASSES = PRODUCT + WordProduct.ARGUMENTS.offset("passes");
  private static final long OUT = PRODUCT + WordProduct.ARGUMENTS.offset("out");
  private static final long OUT_STRIDE = PRODUCT + WordProduct.ARGUMENTS.offset("outStride");
  private static final long OUT_STEP = PRODUCT + WordProduct.ARGUMENTS.offset("outStep");
  private static final long RESUME = PRODUCT + WordProduct.ARGUMENTS.offset("resume");

  private final PanelLayout layout;
  private final int leastTokens;
  private final QuantizedPacking packing;
  private final Routine unpack;
  private final Routine[][] products; // by groups and tokens, less one

  /// @param layout of `TokenWords`
  /// @param leastTokens that it is for
  /// @param unpack a `WordUnpacker`
  /// @param products `WordProduct`s, by groups − 1 and tokens − 1
  public WordMultiplier(
      PanelLayout layout,
      int leastTokens,
      QuantizedPacking packing,
      Routine unpack,
      Routine[][] products) {
    this.layout = layout;
    this.leastTokens = leastTokens;
    this.packing = packing;
    this.unpack = unpack;
    this.products = products;
  }

  public PanelLayout layout() {
    return layout;
  }

  public int leastTokens() {
    return leastTokens;
  }

  /// What a multiplication works with.
  ///
  /// @param panel the address of unpacked weights
  private record Step(PackedMatrix matrix, TokenWords x, MemorySegment arguments, long panel) {
    void put(long at, long value) {
      arguments.set(JAVA_LONG, at, value);
    }
  }

  /// The rows of `range`, whose bounds the caller has proved.
  public void multiply(
      PackedMatrix matrix, TokenWords x, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    long apart = (long) MOST_UNITS * WordUnpacker.unitBytes(packing.type().scales());
    MemorySegment memory = scratch.bytes(apart + x.tokens() * RESULT_BYTES);
    Step step = new Step(matrix, x, scratch.arguments(), memory.address());
    int full = range.end() / LANES; // a last group of fewer rows is done apart
    int group = range.first() / LANES;
    while (group < full) {
      int groups = Math.min(WordUnpacker.GROUPS, full - group);
      long at = out.data().address() + (long) group * LANES * Float.BYTES;
      groups(step, group, groups, at, out.offset(1));
      group += groups;
    }
    if (full * LANES < range.end()) {
      MemorySegment results = memory.asSlice(apart);
      groups(step, full, 1, results.address(), RESULT_BYTES);
      RowRange rows = new RowRange(full * LANES, range.end());
      PartialGroup.copy(results, RESULT_BYTES, out, rows, x.tokens());
    }
  }

  /// Piece after piece of the depth: unpacked, then multiplied.
  private void groups(Step step, int group, int groups, long out, long outStride) {
    int units = step.matrix().columns() / PackedLayout.UNIT;
    int piece = units <= MOST_UNITS ? units : PIECE_UNITS;
    step.put(X_STRIDE, step.x().stride());
    step.put(OUT_STRIDE, outStride);
    step.put(OUT_STEP, TokenWords.TOKENS * outStride);
    step.put(PANEL, step.panel());
    for (int unit = 0; unit < units; unit += piece) {
      int count = Math.min(piece, units - unit);
      unpack(step, group, groups, new RowRange(unit, unit + count));
      step.put(RESUME, unit);
      step.put(UNITS, count);
      passes(step, groups, unit, out, outStride);
    }
  }

  private void passes(Step step, int groups, int unit, long out, long outStride) {
    int tokens = step.x().tokens();
    int whole = tokens / TokenWords.TOKENS;
    int rest = tokens % TokenWords.TOKENS;
    long x = step.x().address() + (long) unit * TokenWords.UNIT_BYTES;
    long arguments = step.arguments().address() + PRODUCT;
    if (whole > 0) {
      step.put(X, x);
      step.put(PASSES, whole);
      step.put(OUT, out);
      products[groups - 1][TokenWords.TOKENS - 1].call(arguments);
    }
    if (rest > 0) {
      step.put(X, x + whole * step.x().stride());
      step.put(PASSES, 1);
      step.put(OUT, out + (long) whole * TokenWords.TOKENS * outStride);
      products[groups - 1][rest - 1].call(arguments);
    }
  }

  private void unpack(Step step, int group, int groups, RowRange units) {
    int columns = step.matrix().columns();
    long weights = step.matrix().data().address() + group * packing.groupBytes(columns);
    int first = units.first() * PackedLayout.UNIT;
    int count = units.count() * PackedLayout.UNIT;
    long from = weights + packing.putPiece(step.arguments(), columns, first, count);
    ProductArguments.putGroups(step.arguments(), from, groups);
    ProductArguments.putOut(step.arguments(), step.panel(), 0);
    unpack.call(step.arguments());
  }
}
