package puna.model;

import java.util.List;
import java.util.Optional;
import puna.backend.RopeScaling;
import puna.quant.BlockFormats;
import puna.tensor.Tensor;

/// How a file says that rotary frequencies are stretched: by a tensor of divisors, which is all
/// that the llama3 scaling has, and by the `rope.scaling.*` keys. They hold together, as in
/// llama.cpp.
final class RopeScalingReader {
  private static final List<String> TYPES = List.of("none", "linear", "yarn");

  private final TensorTally tally;
  private final LlamaKeys keys;

  RopeScalingReader(TensorTally tally, LlamaKeys keys) {
    this.tally = tally;
    this.keys = keys;
  }

  /// @param context positions that the model was trained for
  RopeScaling read(int headSize, int context) {
    RopeScaling scaling = byKeys(context);
    Optional<Tensor> divisors = tally.find("rope_freqs.weight");
    return divisors.isEmpty()
        ? scaling
        : new RopeScaling.Divisors(divisors(divisors.get(), headSize), scaling);
  }

  private RopeScaling byKeys(int context) {
    String type = keys.metadata().string(keys.key("rope.scaling.type")).orElse("linear");
    if (!TYPES.contains(type)) {
      throw keys.refusal(
          keys.key("rope.scaling.type"),
          "must be 'none', 'linear' or 'yarn', found '%s'".formatted(type));
    }
    float factor =
        factor("rope.scaling.factor")
            .or(() -> factor("rope.scale_linear"))
            .orElse(1.0)
            .floatValue();
    float magnitude = keys.positive("rope.scaling.attn_factor").orElse(1.0).floatValue();
    if (type.equals("yarn")) {
      return yarn(factor, magnitude, context);
    }
    RopeScaling scaling =
        factor == 1 || type.equals("none")
            ? new RopeScaling.None()
            : new RopeScaling.Linear(factor);
    return magnitude == 1 ? scaling : new RopeScaling.Magnified(magnitude, scaling);
  }

  /// A scaling factor; 0 stands for absent.
  private Optional<Double> factor(String name) {
    if (keys.metadata().number(keys.key(name)).orElse(0) == 0) {
      return Optional.empty();
    }
    return keys.positive(name);
  }

  private RopeScaling yarn(float factor, float magnitude, int context) {
    return new RopeScaling.Yarn(
        factor,
        original(context),
        keys.positive("rope.scaling.yarn_beta_fast").orElse(32.0).floatValue(),
        keys.positive("rope.scaling.yarn_beta_slow").orElse(1.0).floatValue(),
        magnitude);
  }

  /// The context before it was stretched; 0 stands for absent, as in llama.cpp.
  private int original(int context) {
    String name = "rope.scaling.original_context_length";
    return keys.metadata().integer(keys.key(name)).orElse(0) == 0
        ? context
        : keys.optional(name, Integer.MAX_VALUE).orElse(context);
  }

  private float[] divisors(Tensor tensor, int headSize) {
    if (tensor.shape().elements() != tensor.shape().columns()
        || tensor.shape().columns() != headSize / 2) {
      throw keys.refusal(
          tensor.name(),
          "must have half the head size, %s values, found %s"
              .formatted(headSize / 2, tensor.shape()));
    }
    float[] values = BlockFormats.floats(tensor);
    for (float value : values) {
      if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
        throw keys.refusal(tensor.name(), "must hold positive numbers, found " + value);
      }
    }
    return values;
  }
}
