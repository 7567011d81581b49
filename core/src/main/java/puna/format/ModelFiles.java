package puna.format;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import puna.error.ModelNotFoundException;
import puna.tensor.Metadata;

/// The formats of models that can be opened, and the choice of one for a file or folder.
public final class ModelFiles {
  private static final ModelFormat USUAL = new GgufFormat();
  private static final List<ModelFormat> FORMATS =
      List.of(USUAL, new HuggingFaceFormat(), new MetaFormat(), new Llama2cFormat());

  private ModelFiles() {}

  /// Opens a model of any format by its file or its folder. A file that is of none is opened as
  /// GGUF, which says what is missing.
  ///
  /// @throws ModelNotFoundException when it is a folder without a model
  /// @throws puna.error.ModelFormatException when it breaks a rule of its format
  /// @throws puna.error.ModelReadException when it cannot be read
  public static ModelContents open(Path path) {
    Optional<ModelFormat> format = format(path);
    if (format.isEmpty() && Files.isDirectory(path)) {
      throw new ModelNotFoundException(
          path
              + ": is a folder without a model: it must hold a GGUF file, config.json and safetensors"
              + " files, params.json and consolidated.00.pth, or llama2.c's .bin");
    }
    return format.orElse(USUAL).open(path);
  }

  /// What a model of any format says of itself at once ([ModelFormat#glance]); empty where a path
  /// is of no format.
  ///
  /// @throws puna.error.ModelFormatException when it breaks a rule of its format
  /// @throws puna.error.ModelReadException when it cannot be read
  public static Optional<Metadata> glance(Path path) {
    return format(path).map(format -> format.glance(path));
  }

  /// The format that a file or folder looks like; empty where it is none of a model, or cannot be
  /// read.
  public static Optional<ModelFormat> format(Path path) {
    // Opening what is no file, such as a pipe, may wait for ever.
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      return Optional.empty();
    }
    return FORMATS.stream().filter(format -> format.recognises(path)).findFirst();
  }
}
