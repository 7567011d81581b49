package puna.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import puna.backend.Backend;
import puna.backend.Matrix;
import puna.backend.NormWeight;
import puna.tensor.Tensor;

/// The matrices of a Llama, by layer, as the back end holds them.
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
  record Layer(
      NormWeight attentionNorm,
      Matrix query,
      Matrix key,
      Matrix value,
      Matrix attentionOutput,
      NormWeight feedForwardNorm,
      FeedForward feedForward) {}

  /// The second half of a layer.
  sealed interface FeedForward {}

  /// A dense layer's, or one expert's: `W2 · (silu(W1·h) ⊙ W3·h)`.
  ///
  /// @param gate W1 (width × feedForward)
  /// @param up W3 (width × feedForward)
  /// @param down W2 (feedForward × width)
  record Gated(Matrix gate, Matrix up, Matrix down) implements FeedForward {}

  /// A layer's with experts.
  ///
  /// @param router (width × experts)
  /// @param shared the expert of every token, or null for none
  record Experts(Matrix router, List<Gated> experts, @Nullable Gated shared)
      implements FeedForward {}

  /// Takes all tensors in.
  ///
  /// @param experts where the experts' are
  /// @param loadedBytes is told the bytes taken in so far
  static LlamaWeights load(
      LlamaTensors tensors, Backend backend, ExpertPlace experts, LongConsumer loadedBytes) {
    return new Loader(backend, experts, loadedBytes).load(tensors);
  }

  private static final class Loader {
    private final Backend backend;
    private final ExpertPlace place;
    private final LongConsumer loadedBytes;
    private long bytes;

    Loader(Backend backend, ExpertPlace place, LongConsumer loadedBytes) {
      this.backend = backend;
      this.place = place;
      this.loadedBytes = loadedBytes;
    }

    LlamaWeights load(LlamaTensors tensors) {
      Matrix embedding = matrix(tensors.embedding());
      List<Layer> layers = new ArrayList<>();
      for (LlamaTensors.Layer layer : tensors.layers()) {
        layers.add(layer(layer));
      }
      return new LlamaWeights(
          embedding,
          layers,
          norm(tensors.outputNorm()),
          tensors.output().map(this::matrix).orElse(embedding));
    }

    private Layer layer(LlamaTensors.Layer layer) {
      return new Layer(
          norm(layer.attentionNorm()),
          matrix(layer.query()),
          matrix(layer.key()),
          matrix(layer.value()),
          matrix(layer.attentionOutput()),
          norm(layer.feedForwardNorm()),
          feedForward(layer.feedForward()));
    }

    private FeedForward feedForward(LlamaTensors.FeedForward tensors) {
      return switch (tensors) {
        case LlamaTensors.Gated gated -> gated(gated);
        case LlamaTensors.Experts(var router, var experts, var shared) ->
            new Experts(
                matrix(router),
                experts.stream().map(this::expert).toList(),
                shared == null ? null : gated(shared));
      };
    }

    private Gated expert(LlamaTensors.Gated expert) {
      return switch (place) {
        case PACKED -> gated(expert);
        case FILE ->
            new Gated(inPlace(expert.gate()), inPlace(expert.up()), inPlace(expert.down()));
      };
    }

    private Matrix inPlace(LlamaTensors.Product product) {
      Matrix matrix = backend.loadInPlace(product.weight(), product.scale(), product.bias());
      report(product.weight());
      return matrix;
    }

    private Gated gated(LlamaTensors.Gated gated) {
      return new Gated(matrix(gated.gate()), matrix(gated.up()), matrix(gated.down()));
    }

    private NormWeight norm(Tensor gains) {
      NormWeight norm = backend.loadNorm(gains);
      report(gains);
      return norm;
    }

    private Matrix matrix(LlamaTensors.Product product) {
      Matrix matrix = backend.load(product.weight(), product.scale(), product.bias());
      report(product.weight());
      return matrix;
    }

    private void report(Tensor tensor) {
      bytes += tensor.byteSize();
      loadedBytes.accept(bytes);
    }
  }
}
