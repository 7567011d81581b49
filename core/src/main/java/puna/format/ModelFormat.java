package puna.format;

import java.nio.file.Path;

/// A format of model files, told by a file's first bytes.
public interface ModelFormat {
  /// The format's name, such as `GGUF`.
  String name();

  /// The bytes that files of this format begin with.
  byte[] magic();

  /// Opens a model file, with the files beside it that belong to the model.
  ///
  /// @throws puna.error.ModelFormatException when it breaks a rule of the format
  /// @throws puna.error.ModelReadException when it cannot be read
  ModelContents open(Path file);
}
