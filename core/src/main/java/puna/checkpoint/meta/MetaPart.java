package puna.checkpoint.meta;

import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.tensor.Tensor;

/// One part of a checkpoint.
///
/// @param name of its file
/// @param tensors by Meta's names
record MetaPart(String name, SequencedMap<String, Tensor> tensors) {
  ModelFormatException failure(String tensor, String finding) {
    return new ModelFormatException(
        "%s: data.pkl: tensor %s: %s".formatted(name, ZipEntry.excerpt(tensor), finding));
  }
}
