package puna.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;

/// What makes a score of a hidden state, in models that rank: `out · tanh(dense · x + b) + c`, or
/// `out · x + c` where there is no dense layer.
public final class RankHead {
  private final int width;
  private final float @Nullable [] dense; // (width × inner)
  private final float[] denseBias; // (inner)
  private final float[] out; // (inner × 1)
  private final float outBias;

  private RankHead(
      int width, float @Nullable [] dense, float[] denseBias, float[] out, float outBias) {
    this.width = width;
    this.dense = dense;
    this.denseBias = denseBias;
    this.out = out;
    this.outBias = outBias;
  }

  /// The head in a file's tensors `cls` and `cls.output`, if it has one.
  ///
  /// @throws ModelFormatException when it gives more than one score, or is not of the model's width
  static Optional<RankHead> find(TensorTally tally, int width) {
    Optional<Tensor> out = tally.find("cls.output.weight");
    if (out.isEmpty()) {
      return Optional.empty();
    }
    Optional<Tensor> dense = tally.find("cls.weight");
    int inner = dense.map(tensor -> (int) tensor.shape().rows()).orElse(width);
    dense.ifPresent(tensor -> requireShape(tally, tensor, Shape.of(width, inner)));
    requireShape(tally, out.get(), Shape.of(inner, 1));
    float[] denseBias = dense.isEmpty() ? new float[inner] : bias(tally, "cls.bias", inner);
    return Optional.of(
        new RankHead(
            width,
            dense.map(BlockFormats::floats).orElse(null),
            denseBias,
            BlockFormats.floats(out.get()),
            bias(tally, "cls.output.bias", 1)[0]));
  }

  private static float[] bias(TensorTally tally, String name, int rows) {
    Optional<Tensor> bias = tally.find(name);
    bias.ifPresent(tensor -> requireShape(tally, tensor, Shape.of(rows)));
    return bias.map(BlockFormats::floats).orElseGet(() -> new float[rows]);
  }

  private static void requireShape(TensorTally tally, Tensor tensor, Shape expected) {
    if (!tensor.shape().sameExtents(expected)) {
      throw new ModelFormatException(
          "%s: tensor %s must be %s to give one score, found %s"
              .formatted(tally.origin(), tensor.name(), expected, tensor.shape()));
    }
  }

  /// The score of a hidden state.
  public double score(float[] state) {
    double score = outBias;
    for (int row = 0; row < out.length; row++) {
      score += out[row] * (dense == null ? state[row] : Math.tanh(inner(dense, state, row)));
    }
    return score;
  }

  private double inner(float[] weights, float[] state, int row) {
    double sum = denseBias[row];
    for (int column = 0; column < width; column++) {
      sum += (double) weights[row * width + column] * state[column];
    }
    return sum;
  }
}
