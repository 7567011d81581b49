package puna.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import puna.backend.Backend;
import puna.backend.Matrix;
import puna.backend.NormWeight;
import puna.tensor.ModelFormatException;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// The matrices of a dense Llama, by layer, as the back end holds them.
///
/// @param embedding (width × vocabulary)
/// @param output (width × vocabulary); the embedding itself where the file ties them
record LlamaWeights(Matrix embedding, List<Layer> layers, NormWeight outputNorm, Matrix output) {

  /// One decoder layer. Shapes are inputs × outputs.
  ///
  /// @param query (width × heads·headSize)
  /// @param key (width × kvHeads·headSize)
  /// @param value (width × kvHeads·headSize)
  /// @param attentionOutput (heads·headSize × width)
  /// @param gate (width × feedForward)
  /// @param up (width × feedForward)
  /// @param down (feedForward × width)
  record Layer(
      NormWeight attentionNorm,
      Matrix query,
      Matrix key,
      Matrix value,
      Matrix attentionOutput,
      NormWeight feedForwardNorm,
      Matrix gate,
      Matrix up,
      Matrix down) {}

  /// Takes all tensors in, each checked against the configuration.
  ///
  /// @param loadedBytes is told the bytes taken in so far
  static LlamaWeights load(
      TensorSource source, LlamaConfig config, Backend backend, LongConsumer loadedBytes) {
    return new Loader(source, config, backend, loadedBytes).load();
  }

  static Tensor require(TensorSource source, String name) {
    return source
        .find(name)
        .orElseThrow(() ->
            new ModelFormatException(
                "%s: tensor %s is required and absent".formatted(source.origin(), name)));
  }

  private static final class Loader {
    private final TensorSource source;
    private final LlamaConfig config;
    private final Backend backend;
    private final LongConsumer loadedBytes;
    private long bytes;

    Loader(TensorSource source, LlamaConfig config, Backend backend, LongConsumer loadedBytes) {
      this.source = source;
      this.config = config;
      this.backend = backend;
      this.loadedBytes = loadedBytes;
    }

    LlamaWeights load() {
      Matrix embedding = matrix("token_embd", config.width(), config.vocabulary());
      List<Layer> layers = new ArrayList<>();
      for (int index = 0; index < config.layers(); index++) {
        layers.add(layer("blk." + index + "."));
      }
      NormWeight outputNorm = norm("output_norm");
      Matrix output =
          source.find("output.weight").isPresent()
              ? matrix("output", config.width(), config.vocabulary())
              : embedding;
      return new LlamaWeights(embedding, layers, outputNorm, output);
    }

    private Layer layer(String prefix) {
      int width = config.width();
      return new Layer(
          norm(prefix + "attn_norm"),
          matrix(prefix + "attn_q", width, config.queryWidth()),
          matrix(prefix + "attn_k", width, config.kvWidth()),
          matrix(prefix + "attn_v", width, config.kvWidth()),
          matrix(prefix + "attn_output", config.queryWidth(), width),
          norm(prefix + "ffn_norm"),
          matrix(prefix + "ffn_gate", width, config.feedForward()),
          matrix(prefix + "ffn_up", width, config.feedForward()),
          matrix(prefix + "ffn_down", config.feedForward(), width));
    }

    private NormWeight norm(String name) {
      Tensor gains = checked(name + ".weight", Shape.of(config.width()));
      requireFloat(gains);
      NormWeight norm = backend.loadNorm(gains);
      report(gains);
      return norm;
    }

    private Matrix matrix(String name, int columns, int rows) {
      Tensor weight = checked(name + ".weight", Shape.of(columns, rows));
      @Nullable Tensor bias = null;
      if (source.find(name + ".bias").isPresent()) {
        bias = checked(name + ".bias", Shape.of(rows));
        requireFloat(bias);
      }
      Matrix matrix = backend.load(weight, bias);
      report(weight);
      return matrix;
    }

    private Tensor checked(String name, Shape expected) {
      Tensor tensor = require(source, name);
      Shape found = tensor.shape();
      if (found.rank() > expected.rank()
          || found.ne0() != expected.ne0()
          || found.ne1() != expected.ne1()) {
        throw new ModelFormatException(
            "%s: tensor %s must be %s by the file's metadata, found %s"
                .formatted(source.origin(), name, expected, found));
      }
      return tensor;
    }

    private void requireFloat(Tensor tensor) {
      switch (tensor.type()) {
        case F32, F16, BF16 -> {}
        default ->
            throw new ModelFormatException(
                "%s: tensor %s must be F32, F16 or BF16, found %s"
                    .formatted(source.origin(), tensor.name(), tensor.type()));
      }
    }

    private void report(Tensor tensor) {
      bytes += tensor.byteSize();
      loadedBytes.accept(bytes);
    }
  }
}
