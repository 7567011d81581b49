package puna.cli;

import java.io.Writer;

/// Standard output as the writer that picocli prints help and version to.
final class OutputWriter extends Writer {
  private final Output out;

  OutputWriter(Output out) {
    this.out = out;
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    out.print(new String(buffer, offset, length));
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
