package puna.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import puna.file.ModelFileSet;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// An open checkpoint: metadata by GGUF's keys, tensors by GGUF's names and in GGUF's order.
///
/// @param origin the name of its folder or file, for messages
/// @param files all files that tensors are read from; closed with it
/// @param tensors their rows of queries and keys in the order of pairs
public record Checkpoint(
    String origin, ModelFileSet files, Metadata metadata, SequencedMap<String, Tensor> tensors)
    implements TensorSource {
  public Checkpoint {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  @Override
  public void close() {
    files.close();
  }
}
