package puna.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import puna.backend.Backend;
import puna.backend.Matrix;
import puna.backend.NormWeight;
import puna.tensor.Tensor;

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

  /// Takes all tensors in.
  ///
  /// @param loadedBytes is told the bytes taken in so far
  static LlamaWeights load(LlamaTensors tensors, Backend backend, LongConsumer loadedBytes) {
    return new Loader(backend, loadedBytes).load(tensors);
  }

  private static final class Loader {
    private final Backend backend;
    private final LongConsumer loadedBytes;
    private long bytes;

    Loader(Backend backend, LongConsumer loadedBytes) {
      this.backend = backend;
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
          matrix(layer.gate()),
          matrix(layer.up()),
          matrix(layer.down()));
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
