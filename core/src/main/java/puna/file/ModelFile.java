package puna.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.ModelInterruptedException;
import puna.error.ModelReadException;
import puna.tensor.StoredBytes;

/// One open file of a model: its bytes are read by place, and mapped only on request.
///
/// What was read of a file that changes meanwhile would be half of one model and half of another:
/// `requireUnchanged` tells.
public final class ModelFile implements StoredBytes, AutoCloseable {
  /// What one buffer can hold.
  private static final long MOST_AT_ONCE = 1L << 30;

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;
  private final long size;
  private volatile boolean closed;
  private volatile @Nullable MemorySegment mapping;

  private ModelFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.opened = Files.readAttributes(path, BasicFileAttributes.class);
    this.size = channel.size();
  }

  /// Opens a regular file.
  ///
  /// @throws ModelReadException when it is none, or cannot be read
  public static ModelFile open(Path path) {
    requireRegular(path);
    try {
      return opened(path);
    } catch (ClosedByInterruptException e) {
      throw new ModelInterruptedException(
          path + ": the thread was interrupted while it opened the file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(path, "permission denied, make the file readable for this user", e);
    } catch (IOException e) {
      throw unreadable(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static ModelFile opened(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new ModelFile(path, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  // Before it is opened: a pipe would block.
  private static void requireRegular(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw unreadable(path, "only files of the default file system can be opened");
    }
    if (Files.isDirectory(path)) {
      throw unreadable(path, "is a folder, name a file in it");
    }
    if (Files.notExists(path)) {
      String finding = "no such file, check the path";
      throw unreadable(path, finding, new NoSuchFileException(path.toString()));
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw unreadable(path, "is no regular file, name a file that is");
    }
  }

  private static ModelReadException unreadable(Path path, String finding) {
    return unreadable(path, finding, new FileSystemException(path.toString(), null, finding));
  }

  private static ModelReadException unreadable(Path path, String finding, IOException cause) {
    return new ModelReadException(path + ": " + finding, cause);
  }

  public Path path() {
    return path;
  }

  /// The last name of the path, for messages.
  public String name() {
    return name(path);
  }

  /// The last name of a path, for messages.
  public static String name(Path path) {
    Path last = path.getFileName();
    return last == null ? path.toString() : last.toString();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long done = 0;
    while (done < target.byteSize()) {
      long piece = Math.min(MOST_AT_ONCE, target.byteSize() - done);
      readPiece(from + done, target.asSlice(done, piece).asByteBuffer());
      done += piece;
    }
  }

  private void readPiece(long from, ByteBuffer target) {
    long at = from;
    try {
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          throw changed("it ends after " + channel.size() + " bytes now");
        }
        at += count;
      }
    } catch (ClosedByInterruptException e) {
      throw new ModelInterruptedException(
          path + ": the thread was interrupted while it read the file", e);
    } catch (ClosedChannelException e) {
      if (closed) {
        throw new IllegalStateException(path + ": the file is closed", e);
      }
      throw new ModelReadException(path + ": another thread was interrupted while it read it", e);
    } catch (IOException e) {
      throw new ModelReadException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// @throws ModelReadException when the file is not the one that was opened, as far as its length
  ///   and the time of its last change tell; one that was deleted, or moved away for another, still
  ///   is
  public void requireUnchanged() {
    try {
      if (channel.size() != size) {
        throw changed("it has " + channel.size() + " bytes now");
      }
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      if (Objects.equals(now.fileKey(), opened.fileKey())
          && !now.lastModifiedTime().equals(opened.lastModifiedTime())) {
        throw changed(
            "it was written at %s, and again at %s"
                .formatted(opened.lastModifiedTime(), now.lastModifiedTime()));
      }
    } catch (NoSuchFileException e) {
      // deleted: what the channel reads is still there
    } catch (IOException e) {
      throw new ModelReadException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private ModelReadException changed(String finding) {
    return new ModelReadException(
        "%s: must stay as it is while it is read, it had %s bytes and %s"
            .formatted(path, size, finding),
        new IOException("the file changed"));
  }

  /// Maps the file, so that its bytes lie in memory until `arena` closes.
  public void map(Arena arena) {
    try {
      mapping = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException e) {
      throw new ModelReadException(
          "%s: the system does not map its %s bytes: %s".formatted(path, size, e.getMessage()), e);
    }
  }

  @Override
  public Optional<MemorySegment> memory() {
    return Optional.ofNullable(mapping);
  }

  @Override
  public StoredBytes slice(long from, long bytes) {
    return new Part(from, bytes);
  }

  @Override
  public void close() {
    closed = true;
    mapping = null;
    try {
      channel.close();
    } catch (IOException e) {
      // only read from: nothing is lost
    }
  }

  /// A part of the file, such as a tensor.
  private final class Part implements StoredBytes {
    private final long start;
    private final long length;

    Part(long start, long length) {
      Objects.checkFromIndexSize(start, length, size);
      this.start = start;
      this.length = length;
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public void read(long from, MemorySegment target) {
      Objects.checkFromIndexSize(from, target.byteSize(), length);
      ModelFile.this.read(start + from, target);
    }

    @Override
    public StoredBytes slice(long from, long bytes) {
      Objects.checkFromIndexSize(from, bytes, length);
      return new Part(start + from, bytes);
    }

    @Override
    public Optional<MemorySegment> memory() {
      return ModelFile.this.memory().map(whole -> whole.asSlice(start, length));
    }
  }
}
