package puna.cli;

import java.io.IOException;
import java.io.Writer;
import puna.cli.command.ClosedOutputException;
import puna.cli.command.CommandException;
import puna.cli.command.Output;

/// Standard output as the writer that picocli prints help and version to.
final class OutputWriter extends Writer {
  private final Output out;

  OutputWriter(Output out) {
    this.out = out;
  }

  @Override
  public void write(char[] buffer, int offset, int length) throws IOException {
    try {
      out.write(new String(buffer, offset, length));
    } catch (ClosedOutputException | CommandException e) {
      throw new IOException(e);
    }
  }

  /// The checked exception keeps picocli's print writer going; the command's own flush at the end
  /// meets the closed stream again.
  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (ClosedOutputException | CommandException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
