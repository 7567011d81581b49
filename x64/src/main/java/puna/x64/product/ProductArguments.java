package puna.x64.product;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import puna.x64.code.ArgumentLayout;

/// What a product of row groups and tokens is told.
///
/// | field | |
/// |---|---|
/// | `weights` | the first row group |
/// | `groupBytes` | from one row group to the next |
/// | `groups` | row groups |
/// | `units` | units of 32 columns of a quantized type, columns of a floating-point one |
/// | `secondOffset`, `scaleOffset`, `superOffset` | where the runs of a group begin |
/// | `x`, `xStride` | the first token's activations, bytes from one token to the next |
/// | `out`, `outStride` | the first token's results at the first row, bytes from one token to the next |
/// | `tokens`, `images` | of products in tiles: how many tokens have results; working memory |
/// | `slot` | a note of the product in tiles of bytes: which of its two right-hand tiles is next |
/// | `stripeColumns`, `scales` | of codes of 8 bits: columns that share a scale; the lanes' scales, stripe by stripe, the same for all groups |
public final class ProductArguments {
  static final ArgumentLayout LAYOUT =
      ArgumentLayout.of(
          "weights",
          "groupBytes",
          "groups",
          "units",
          "secondOffset",
          "scaleOffset",
          "superOffset",
          "x",
          "xStride",
          "out",
          "outStride",
          "tokens",
          "images",
          "slot",
          "stripeColumns",
          "scales");

  private static final long WEIGHTS = LAYOUT.offset("weights");
  private static final long GROUP_BYTES = LAYOUT.offset("groupBytes");
  private static final long GROUPS = LAYOUT.offset("groups");
  private static final long UNITS = LAYOUT.offset("units");
  private static final long SECOND_OFFSET = LAYOUT.offset("secondOffset");
  private static final long SCALE_OFFSET = LAYOUT.offset("scaleOffset");
  private static final long SUPER_OFFSET = LAYOUT.offset("superOffset");
  private static final long X = LAYOUT.offset("x");
  private static final long X_STRIDE = LAYOUT.offset("xStride");
  private static final long OUT = LAYOUT.offset("out");
  private static final long OUT_STRIDE = LAYOUT.offset("outStride");
  private static final long TOKENS = LAYOUT.offset("tokens");
  private static final long IMAGES = LAYOUT.offset("images");
  private static final long STRIPE_COLUMNS = LAYOUT.offset("stripeColumns");
  private static final long SCALES = LAYOUT.offset("scales");

  private ProductArguments() {}

  static void putMatrix(MemorySegment arguments, long units, long groupBytes) {
    arguments.set(JAVA_LONG, UNITS, units);
    arguments.set(JAVA_LONG, GROUP_BYTES, groupBytes);
  }

  static void putRuns(MemorySegment arguments, long second, long scale, long superBlock) {
    arguments.set(JAVA_LONG, SECOND_OFFSET, second);
    arguments.set(JAVA_LONG, SCALE_OFFSET, scale);
    arguments.set(JAVA_LONG, SUPER_OFFSET, superBlock);
  }

  public static void putGroups(MemorySegment arguments, long weights, int groups) {
    arguments.set(JAVA_LONG, WEIGHTS, weights);
    putGroups(arguments, groups);
  }

  public static void putGroups(MemorySegment arguments, int groups) {
    arguments.set(JAVA_LONG, GROUPS, groups);
  }

  public static void putTokens(MemorySegment arguments, long x, long stride) {
    arguments.set(JAVA_LONG, X, x);
    arguments.set(JAVA_LONG, X_STRIDE, stride);
  }

  public static void putOut(MemorySegment arguments, long out, long stride) {
    arguments.set(JAVA_LONG, OUT, out);
    arguments.set(JAVA_LONG, OUT_STRIDE, stride);
  }

  public static void putTile(MemorySegment arguments, long x, int tokens) {
    arguments.set(JAVA_LONG, X, x);
    arguments.set(JAVA_LONG, TOKENS, tokens);
  }

  static void putScales(MemorySegment arguments, long stripeColumns, long scales) {
    arguments.set(JAVA_LONG, STRIPE_COLUMNS, stripeColumns);
    arguments.set(JAVA_LONG, SCALES, scales);
  }

  public static void putImages(MemorySegment arguments, long images) {
    arguments.set(JAVA_LONG, IMAGES, images);
  }
}
