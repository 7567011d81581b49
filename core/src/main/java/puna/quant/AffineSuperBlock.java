package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.quant.AffineSearch.Plan;

/// A super-block under encoding whose groups have a scale and a minimum, which are themselves whole
/// multiples of the block's two f16 scales: Q2_K, Q4_K, Q5_K.
final class AffineSuperBlock {
  private final int[] numbers = new int[SuperBlock.SIZE];
  private final int[] scales;
  private final int[] minimums;
  private final Plan plan;
  private final float[] groupScales;
  private final float[] groupMinimums;

  /// Searches all groups of `values[at…]`.
  AffineSuperBlock(Plan plan, float[] values, int at) {
    this.plan = plan;
    int groups = SuperBlock.SIZE / plan.group();
    scales = new int[groups];
    minimums = new int[groups];
    groupScales = new float[groups];
    groupMinimums = new float[groups];
    AffineSearch search = new AffineSearch(plan);
    for (int group = 0; group < groups; group++) {
      int first = group * plan.group();
      AffineSearch.Fit fit = search.search(values, at + first, numbers, first);
      groupScales[group] = fit.scale();
      groupMinimums[group] = fit.minimum();
    }
  }

  /// Rounds scales and minimums to multiples, 0 to `most`, of two f16 at `offset`, then rounds the
  /// values again with what was stored.
  void store(int most, float[] values, int at, MemorySegment blocks, long offset) {
    float scale = Bytes.putHalf(blocks, offset, multiples(groupScales, most, scales));
    float minimum = Bytes.putHalf(blocks, offset + 2, multiples(groupMinimums, most, minimums));
    for (int group = 0; group < scales.length; group++) {
      float groupScale = scale * scales[group];
      if (groupScale == 0) {
        continue;
      }
      float groupMinimum = minimum * minimums[group];
      for (int i = group * plan.group(); i < (group + 1) * plan.group(); i++) {
        float exact = (values[at + i] + groupMinimum) / groupScale;
        numbers[i] = Rounding.nearest(exact, 0, plan.most());
      }
    }
  }

  /// The number of every value, 0 to the plan's most.
  int[] numbers() {
    return numbers;
  }

  /// The scale of every group, a multiple of the first f16.
  int[] scales() {
    return scales;
  }

  /// The minimum of every group, a multiple of the second f16.
  int[] minimums() {
    return minimums;
  }

  /// Writes each of `exact` as a multiple of the unit that is returned.
  private static float multiples(float[] exact, int most, int[] multiples) {
    float peak = Math.max(0, Rounding.most(exact, 0, exact.length));
    float inverse = peak > 0 ? most / peak : 0;
    for (int i = 0; i < exact.length; i++) {
      multiples[i] = Rounding.nearest(inverse * exact[i], 0, most);
    }
    return peak / most;
  }
}
