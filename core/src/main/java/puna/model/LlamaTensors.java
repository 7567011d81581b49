package puna.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The tensors of a dense Llama as they lie in its file, by layer, each checked against the
/// configuration.
///
/// @param embedding (width × vocabulary)
/// @param output (width × vocabulary); empty where it is the embedding
record LlamaTensors(
    Product embedding, List<Layer> layers, Tensor outputNorm, Optional<Product> output) {

  /// What one product needs: `y = scale · (weight · x) + bias`.
  ///
  /// @param bias (rows), or null for none
  record Product(Tensor weight, float scale, @Nullable Tensor bias) {}

  /// One decoder layer; shapes are those of `LlamaWeights.Layer`.
  record Layer(
      Tensor attentionNorm,
      Product query,
      Product key,
      Product value,
      Product attentionOutput,
      Tensor feedForwardNorm,
      Product gate,
      Product up,
      Product down) {}

  /// Finds all tensors of the model.
  ///
  /// @throws ModelFormatException when one is missing, or not of the shape or type it must be
  static LlamaTensors find(TensorTally tally, LlamaConfig config) {
    return new Finder(tally, config).find();
  }

  private static final class Finder {
    private final TensorTally tally;
    private final LlamaConfig config;

    Finder(TensorTally tally, LlamaConfig config) {
      this.tally = tally;
      this.config = config;
    }

    LlamaTensors find() {
      Product embedding = new Product(vocabularyRows("token_embd.weight"), 1, null);
      List<Layer> layers = new ArrayList<>();
      for (int index = 0; index < config.layers(); index++) {
        layers.add(layer("blk." + index + "."));
      }
      return new LlamaTensors(embedding, layers, norm("output_norm"), output());
    }

    private Layer layer(String prefix) {
      int width = config.width();
      return new Layer(
          norm(prefix + "attn_norm"),
          product(prefix + "attn_q", width, config.queryWidth()),
          product(prefix + "attn_k", width, config.kvWidth()),
          product(prefix + "attn_v", width, config.kvWidth()),
          product(prefix + "attn_output", config.queryWidth(), width),
          norm(prefix + "ffn_norm"),
          product(prefix + "ffn_gate", width, config.feedForward()),
          product(prefix + "ffn_up", width, config.feedForward()),
          product(prefix + "ffn_down", config.feedForward(), width));
    }

    private Optional<Product> output() {
      if (tally.find("output.weight").isEmpty()) {
        return Optional.empty();
      }
      Tensor weight = vocabularyRows("output.weight");
      // The reference has a scale here for this type alone, and refuses the file otherwise.
      float scale = weight.type() == TensorType.NVFP4 ? scale("output.scale") : 1;
      return Optional.of(new Product(weight, scale, outputBias()));
    }

    private Tensor norm(String name) {
      Tensor gains = checked(name + ".weight", Shape.of(config.width()));
      requireFloat(gains);
      return gains;
    }

    private Product product(String name, int columns, int rows) {
      Tensor weight = checked(name + ".weight", Shape.of(columns, rows));
      return new Product(weight, scale(name + ".scale"), bias(name + ".bias", rows));
    }

    private @Nullable Tensor bias(String name, int rows) {
      if (tally.find(name).isEmpty()) {
        return null;
      }
      Tensor bias = checked(name, Shape.of(rows));
      requireFloat(bias);
      return bias;
    }

    /// The entries of the rows that stand for tokens, as in the weight.
    private @Nullable Tensor outputBias() {
      String name = "output.bias";
      Tensor bias = tally.find(name).orElse(null);
      if (bias == null || bias.shape().columns() <= config.vocabulary()) {
        return bias(name, config.vocabulary());
      }
      requireFloat(checked(name, Shape.of(bias.shape().columns())));
      return bias.firstColumns(config.vocabulary());
    }

    private float scale(String name) {
      if (tally.find(name).isEmpty()) {
        return 1;
      }
      Tensor tensor = checked(name, Shape.of(1));
      requireFloat(tensor);
      float scale = BlockFormats.floats(tensor)[0];
      if (!Float.isFinite(scale)) {
        throw refusal(name, "must be a finite number, found " + scale);
      }
      return scale;
    }

    /// The rows that stand for tokens. Weights are padded in training: further rows have no text.
    private Tensor vocabularyRows(String name) {
      Tensor tensor = tally.require(name);
      Shape found = tensor.shape();
      Shape wanted = Shape.of(config.width(), config.vocabulary());
      if (found.rows() <= wanted.rows()) {
        return checked(name, wanted);
      }
      checked(name, Shape.of(config.width(), found.ne1()));
      return tensor.firstRows(wanted.rows());
    }

    private Tensor checked(String name, Shape expected) {
      Tensor tensor = tally.require(name);
      if (!tensor.shape().sameExtents(expected)) {
        throw refusal(
            name,
            "must be %s by the file's metadata, found %s".formatted(expected, tensor.shape()));
      }
      return tensor;
    }

    private void requireFloat(Tensor tensor) {
      switch (tensor.type()) {
        case F32, F16, BF16 -> {}
        default -> throw refusal(tensor.name(), "must be F32, F16 or BF16, found " + tensor.type());
      }
    }

    private ModelFormatException refusal(String name, String rule) {
      return new ModelFormatException("%s: tensor %s %s".formatted(tally.origin(), name, rule));
    }
  }
}
