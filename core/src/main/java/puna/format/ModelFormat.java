package puna.format;

import java.nio.file.Path;
import puna.tensor.Metadata;

/// A format of models on disk.
public interface ModelFormat {
  /// The format's name, such as `GGUF`.
  String name();

  /// Whether this is a file or folder of the format, as far as its name or its first bytes tell.
  ///
  /// @param path a regular file or a folder
  boolean recognises(Path path);

  /// Opens a model by its file or folder, with the files that belong to it.
  ///
  /// @throws puna.error.ModelFormatException when it breaks a rule of the format
  /// @throws puna.error.ModelReadException when it cannot be read
  ModelContents open(Path path);

  /// What a model says of itself, as far as that is told at once: without its vocabulary, and
  /// perhaps without its weights having been looked at.
  ///
  /// @throws puna.error.ModelFormatException when it breaks a rule of the format
  /// @throws puna.error.ModelReadException when it cannot be read
  default Metadata glance(Path path) {
    try (ModelContents model = open(path)) {
      return model.metadata();
    }
  }
}
