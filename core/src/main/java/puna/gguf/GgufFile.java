package puna.gguf;

import java.nio.file.Path;
import java.util.SequencedMap;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// A mapped GGUF model: metadata and tensor directory, validated on open.
public final class GgufFile implements TensorSource {
  private GgufFile() {}

  /// Maps a model file, and the further files of a split model beside it.
  ///
  /// @throws puna.tensor.ModelFormatException when the file breaks a rule of the format
  /// @throws java.io.UncheckedIOException when it cannot be read
  public static GgufFile open(Path file) {
    throw new UnsupportedOperationException("seam");
  }

  @Override
  public String origin() {
    throw new UnsupportedOperationException("seam");
  }

  @Override
  public Metadata metadata() {
    throw new UnsupportedOperationException("seam");
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    throw new UnsupportedOperationException("seam");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("seam");
  }
}
