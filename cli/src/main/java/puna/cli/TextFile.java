package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import puna.cli.command.CommandException;

/// A file that a command reads its text from.
final class TextFile {
  private TextFile() {}

  /// @throws CommandException when it is a folder, which the system would call an error without a
  ///   name
  static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new CommandException(file + ": is a folder, name a text file");
    }
    return Files.newInputStream(file);
  }
}
