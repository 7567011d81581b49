package puna.quant;

import java.util.Arrays;

/// Searches for the scale of least squared error of 16 values around zero, each weighted by its
/// square: `value ≈ scale · (number − zero)`.
///
/// Source: ggml's `make_qx_quants` and `make_q3_quants`. All sums are sequential float32.
final class SymmetricSearch {
  private static final int GROUP = 16;
  private static final float NOTHING = 1e-15f;

  private final int zero;
  private final float[] values = new float[GROUP];
  private final int[] candidate = new int[GROUP];
  private final int[] chosen = new int[GROUP];
  private float product;
  private float square;

  /// @param zero the number that stands for 0; numbers run from 0 to `2 · zero − 1`
  SymmetricSearch(int zero) {
    this.zero = zero;
  }

  /// Tries scales around the one that makes the largest value the lowest number.
  ///
  /// @param numbers receives 16 numbers from `at` on
  float searchNeighbours(float[] source, int at, int[] numbers, int numbersAt) {
    float peak = start(source, at);
    if (peak == 0) {
      Arrays.fill(numbers, numbersAt, numbersAt + GROUP, 0);
      return 0;
    }
    float scale = square != 0 ? product / square : 0;
    float best = scale * product;
    for (int step = -9; step <= 9; step++) {
      if (step == 0) {
        continue;
      }
      quantize(-(zero + 0.1f * step) / peak);
      if (square > 0 && product * product > best * square) {
        choose();
        scale = product / square;
        best = scale * product;
      }
    }
    store(numbers, numbersAt);
    return scale;
  }

  /// Starts from the scale that makes the largest value the lowest number, then moves single
  /// numbers as long as that helps, five sweeps at the most.
  ///
  /// @param numbers receives 16 numbers from `at` on
  float searchBySweeps(float[] source, int at, int[] numbers, int numbersAt) {
    if (start(source, at) == 0) {
      Arrays.fill(numbers, numbersAt, numbersAt + GROUP, 0);
      return 0;
    }
    for (int sweep = 0; sweep < 5 && sweep(); sweep++) {}
    store(numbers, numbersAt);
    return square > 0 ? product / square : 0;
  }

  /// Rounds 16 values again, now that their scale is what was stored; a scale of 0 keeps the
  /// numbers that were found.
  void requantize(float[] source, int at, float scale, int[] numbers, int numbersAt) {
    if (scale == 0) {
      return;
    }
    for (int i = 0; i < GROUP; i++) {
      numbers[numbersAt + i] = Rounding.nearest(source[at + i] / scale, -zero, zero - 1) + zero;
    }
  }

  /// Chooses the numbers of the first scale; returns the largest value, 0 where all are nothing.
  private float start(float[] source, int at) {
    System.arraycopy(source, at, values, 0, GROUP);
    float peak = Rounding.signedPeak(values, 0, GROUP);
    if (Math.abs(peak) < NOTHING) {
      return 0;
    }
    quantize(-zero / peak);
    choose();
    return peak;
  }

  /// Fills `candidate`, `product` (Σ w·x·l) and `square` (Σ w·l·l).
  private void quantize(float inverse) {
    product = 0;
    square = 0;
    for (int i = 0; i < GROUP; i++) {
      float value = values[i];
      float weight = value * value;
      int level = Rounding.nearest(inverse * value, -zero, zero - 1);
      candidate[i] = level;
      product += weight * value * level;
      square += weight * level * level;
    }
  }

  private void choose() {
    System.arraycopy(candidate, 0, chosen, 0, GROUP);
  }

  private void store(int[] numbers, int numbersAt) {
    for (int i = 0; i < GROUP; i++) {
      numbers[numbersAt + i] = chosen[i] + zero;
    }
  }

  /// Whether some number moved.
  private boolean sweep() {
    boolean moved = false;
    for (int i = 0; i < GROUP; i++) {
      float value = values[i];
      float weight = value * value;
      float restProduct = product - weight * value * chosen[i];
      if (!(restProduct > 0)) {
        continue;
      }
      float restSquare = square - weight * chosen[i] * chosen[i];
      int level = Rounding.nearest(value * restSquare / restProduct, -zero, zero - 1);
      if (level == chosen[i]) {
        continue;
      }
      float nextProduct = restProduct + weight * value * level;
      float nextSquare = restSquare + weight * level * level;
      if (nextSquare > 0 && nextProduct * nextProduct * square > product * product * nextSquare) {
        chosen[i] = level;
        product = nextProduct;
        square = nextSquare;
        moved = true;
      }
    }
    return moved;
  }
}
