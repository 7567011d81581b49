package puna.saved;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/// Writes a file as a whole: whoever looks, whenever the process or the machine dies, finds the old
/// one or the new one.
///
/// The content goes to a file beside it that its owner alone may read, is forced to the disk and
/// moved into place. What a process that was killed left behind goes with a later writing of the
/// same file.
public final class AtomicFile {
  private static final String REMAINS = ".part";
  private static final Duration ABANDONED = Duration.ofHours(1); // nothing is written that long

  private AtomicFile() {}

  /// Writes what a file is to hold.
  @FunctionalInterface
  public interface Content {
    void write(FileChannel target) throws IOException, InterruptedException;
  }

  /// @throws IOException when it cannot be written; the old file, if there is one, is still there
  public static void write(Path file, Content content) throws IOException, InterruptedException {
    Path place = file.toAbsolutePath();
    Path folder = place.getParent();
    Path name = place.getFileName();
    if (folder == null || name == null) {
      throw new IOException("a file must have a name and a folder, found " + file);
    }
    removeRemains(folder, "." + name + ".");
    Path part = Files.createTempFile(folder, "." + name + ".", REMAINS);
    try {
      try (FileChannel target = FileChannel.open(part, StandardOpenOption.WRITE)) {
        content.write(target);
        target.force(true);
      }
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFolder(folder);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void removeRemains(Path folder, String prefix) throws IOException {
    FileTime oldest = FileTime.from(Instant.now().minus(ABANDONED));
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder, path -> isRemains(path, prefix))) {
      for (Path part : all) {
        removeIfOlder(part, oldest);
      }
    }
  }

  private static void removeIfOlder(Path part, FileTime oldest) throws IOException {
    try {
      if (Files.getLastModifiedTime(part).compareTo(oldest) < 0) {
        Files.deleteIfExists(part);
      }
    } catch (NoSuchFileException _) {
      // whoever wrote it has just moved it into its place
    }
  }

  private static boolean isRemains(Path path, String prefix) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(prefix) && name.endsWith(REMAINS);
  }

  /// The new name is on the disk too; systems that cannot open folders keep it by themselves.
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // the move has happened, and there is no other way to ask for more
    }
  }
}
