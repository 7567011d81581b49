package puna.tensor;

import java.util.Optional;
import java.util.SequencedMap;

/// Names to tensors, with metadata: what every model file format comes down to.
///
/// Tensors are valid until the source is closed.
public interface TensorSource extends AutoCloseable {
  /// The file's name, for messages.
  String origin();

  Metadata metadata();

  /// The tensors in file order, by name.
  SequencedMap<String, Tensor> tensors();

  default Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors().get(name));
  }

  @Override
  void close();
}
