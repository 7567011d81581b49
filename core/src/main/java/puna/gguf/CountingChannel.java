package puna.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// A channel that counts what passes through it; closing it leaves the channel below open.
final class CountingChannel implements WritableByteChannel {
  private final WritableByteChannel out;
  private long count;

  CountingChannel(WritableByteChannel out) {
    this.out = out;
  }

  /// Bytes written so far.
  long count() {
    return count;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int written = out.write(bytes);
    count += written;
    return written;
  }

  @Override
  public boolean isOpen() {
    return out.isOpen();
  }

  @Override
  public void close() {}
}
