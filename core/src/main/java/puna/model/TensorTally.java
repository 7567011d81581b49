package puna.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// A model's tensors with a note of which were found, so that what nobody reads is known.
final class TensorTally {
  private final TensorSource source;
  private final Metadata metadata;
  private final Set<String> found = new HashSet<>();

  TensorTally(TensorSource source) {
    this.source = source;
    this.metadata = source.metadata();
  }

  String origin() {
    return source.origin();
  }

  Metadata metadata() {
    return metadata;
  }

  /// The tensor of that name, which counts as read from now on.
  Optional<Tensor> find(String name) {
    Optional<Tensor> tensor = Optional.ofNullable(source.tensors().get(name));
    tensor.ifPresent(_ -> found.add(name));
    return tensor;
  }

  /// @throws ModelFormatException when there is none of that name
  Tensor require(String name) {
    return find(name)
        .orElseThrow(() ->
            new ModelFormatException(
                "%s: tensor %s is required and absent".formatted(origin(), name)));
  }

  /// All tensors, found or not, by name.
  SequencedMap<String, Tensor> tensors() {
    return source.tensors();
  }

  /// The names of the tensors that nobody has found, in file order.
  List<String> unread() {
    return source.tensors().keySet().stream().filter(name -> !found.contains(name)).toList();
  }
}
