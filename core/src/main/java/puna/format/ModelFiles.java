package puna.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The formats of model files that can be opened, and the choice of one for a file.
public final class ModelFiles {
  private static final ModelFormat USUAL = new GgufFormat();
  private static final List<ModelFormat> FORMATS = List.of(USUAL);

  private ModelFiles() {}

  /// Opens a model file of any format. A file that begins like none is opened as GGUF, which says
  /// what is missing.
  ///
  /// @throws puna.error.ModelFormatException when the file breaks a rule of its format
  /// @throws puna.error.ModelReadException when it cannot be read
  public static ModelContents open(Path file) {
    return format(file).orElse(USUAL).open(file);
  }

  /// The format that a file begins like; empty where it is none of a model, or cannot be read.
  public static Optional<ModelFormat> format(Path file) {
    // Opening what is no file, such as a pipe, may wait for ever.
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    int longest = FORMATS.stream().mapToInt(format -> format.magic().length).max().orElse(0);
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] first = stream.readNBytes(longest);
      return FORMATS.stream().filter(format -> beginsWith(first, format.magic())).findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static boolean beginsWith(byte[] file, byte[] magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }
}
