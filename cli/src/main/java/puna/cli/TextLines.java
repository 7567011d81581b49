package puna.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.cli.command.Console;
import puna.cli.command.UsageException;

/// Several texts: the arguments, or the lines of standard input that are not blank.
final class TextLines {
  private TextLines() {}

  /// @param missing is said where there are neither
  static List<String> read(Console console, List<String> arguments, String missing)
      throws IOException {
    if (!arguments.isEmpty()) {
      return arguments;
    }
    if (console.inIsTerminal()) {
      throw new UsageException(missing);
    }
    List<String> lines = new ArrayList<>();
    Utf8Input input = new Utf8Input(console.in(), "standard input");
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      if (!line.get().isBlank()) {
        lines.add(line.get());
      }
    }
    if (lines.isEmpty()) {
      throw new UsageException(missing);
    }
    return lines;
  }
}
