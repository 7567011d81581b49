package puna.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// The tensors of a Llama as they lie in its file, by layer, each checked against the
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
      FeedForward feedForward) {}

  /// The second half of a layer.
  sealed interface FeedForward {}

  /// A dense layer's, or one expert's.
  record Gated(Product gate, Product up, Product down) implements FeedForward {}

  /// A layer's with experts.
  ///
  /// @param shared the expert of every token, or null for none
  record Experts(Product router, List<Gated> experts, @Nullable Gated shared)
      implements FeedForward {}

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
        layers.add(layer(index));
      }
      return new LlamaTensors(embedding, layers, norm("output_norm"), output());
    }

    private Layer layer(int index) {
      String prefix = "blk." + index + ".";
      int width = config.width();
      return new Layer(
          norm(prefix + "attn_norm"),
          product(prefix + "attn_q", width, config.queryWidth()),
          product(prefix + "attn_k", width, config.kvWidth()),
          product(prefix + "attn_v", width, config.kvWidth()),
          product(prefix + "attn_output", config.queryWidth(), width),
          norm(prefix + "ffn_norm"),
          config
              .mixture()
              .filter(mixture -> mixture.layers().contains(index))
              .<FeedForward>map(mixture -> experts(prefix, mixture))
              .orElseGet(() -> gated(prefix, "", config.feedForward())));
    }

    private Experts experts(String prefix, Mixture mixture) {
      Product router = product(prefix + "ffn_gate_inp", config.width(), mixture.count());
      List<Gated> experts =
          tally.find(prefix + "ffn_gate_exps.weight").isPresent()
              ? together(prefix, mixture)
              : IntStream.range(0, mixture.count())
                  .mapToObj(expert -> gated(prefix, "." + expert, mixture.feedForward()))
                  .toList();
      Gated shared =
          mixture.sharedFeedForward().isPresent()
              ? gated(prefix, "_shexp", mixture.sharedFeedForward().getAsInt())
              : null;
      return new Experts(router, experts, shared);
    }

    /// @param suffix of the three names
    private Gated gated(String prefix, String suffix, int feedForward) {
      return new Gated(
          product(prefix + "ffn_gate" + suffix, config.width(), feedForward),
          product(prefix + "ffn_up" + suffix, config.width(), feedForward),
          product(prefix + "ffn_down" + suffix, feedForward, config.width()));
    }

    /// Experts whose matrices lie in one tensor each for gates, ups and downs.
    private List<Gated> together(String prefix, Mixture mixture) {
      int width = config.width();
      int feedForward = mixture.feedForward();
      List<Product> gates = cut(prefix + "ffn_gate_exps", Shape.of(width, feedForward));
      List<Product> ups = cut(prefix + "ffn_up_exps", Shape.of(width, feedForward));
      List<Product> downs = cut(prefix + "ffn_down_exps", Shape.of(feedForward, width));
      return IntStream.range(0, mixture.count())
          .mapToObj(expert -> new Gated(gates.get(expert), ups.get(expert), downs.get(expert)))
          .toList();
    }

    /// @param matrix of one expert
    private List<Product> cut(String name, Shape matrix) {
      int count = config.mixture().orElseThrow().count();
      Tensor all = checked(name + ".weight", Shape.of(matrix.ne0(), matrix.ne1(), count));
      float[] scales = scales(name + ".scale", count);
      return IntStream.range(0, count)
          .mapToObj(expert ->
              new Product(
                  TensorViews.named(
                      all.name() + "[" + expert + "]",
                      TensorViews.rows(all, expert * matrix.ne1(), matrix.ne1())),
                  scales[expert],
                  null))
          .toList();
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
      return scales(name, 1)[0];
    }

    private float[] scales(String name, int count) {
      if (tally.find(name).isEmpty()) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
      }
      Tensor tensor = checked(name, Shape.of(count));
      requireFloat(tensor);
      float[] scales = BlockFormats.floats(tensor);
      for (float scale : scales) {
        if (!Float.isFinite(scale)) {
          throw refusal(name, "must be a finite number, found " + scale);
        }
      }
      return scales;
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
