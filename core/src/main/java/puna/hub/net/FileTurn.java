package puna.hub.net;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to write a file, which one thread of one process has at a time.
final class FileTurn implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final FileChannel channel;

  private FileTurn(FileChannel channel) {
    this.channel = channel;
  }

  /// Waits for the turn.
  ///
  /// @param waiting called again and again meanwhile
  static FileTurn take(Path lock, Runnable waiting) throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      while (attempt(channel) == null) {
        waiting.run();
        Thread.sleep(LOOK_MILLIS);
      }
      taken = true;
      return new FileTurn(channel);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // another thread of this process has it
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
