package puna.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Logits as they are saved: row after row of little-endian float32.
final class LogitsFile implements Closeable {
  private final OutputStream stream;

  private LogitsFile(OutputStream stream) {
    this.stream = stream;
  }

  /// A file at `path`, or a bin where there is none.
  static LogitsFile create(@Nullable Path path) throws IOException {
    return new LogitsFile(
        path == null ? OutputStream.nullOutputStream() : Files.newOutputStream(path));
  }

  void append(float[] values) {
    ByteBuffer row =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    row.asFloatBuffer().put(values);
    try {
      stream.write(row.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
