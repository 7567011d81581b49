package puna.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;
import puna.error.ModelNotFoundException;

/// One model on its way into the cache folder.
///
/// Under a lock that other threads and processes respect, the content is copied to a file of its
/// own name, hashed on the way, forced to the disk and moved into place: the model's file is there
/// whole or not at all.
final class Placement {
  private static final int PIECE_BYTES = 1 << 20;
  private static final long RETRY_MILLIS = 20;

  private final CachedFile cached;
  private final URL content;
  private final TransferProgress progress;

  Placement(CachedFile cached, URL content, TransferProgress progress) {
    this.cached = cached;
    this.content = content;
    this.progress = progress;
  }

  /// Returns when the verified file is in its place, whoever put it there.
  void run() throws IOException, InterruptedException {
    Path folder = folder();
    Files.createDirectories(folder);
    Path lockFile = folder.resolve(cached.file().getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      assert lock.isValid();
      // Another process may have finished while this one waited.
      if (!cached.isAsVerified()) {
        removeRemains(folder);
        if (!cached.hasRightContent()) {
          checkSpace(folder);
          copy(folder);
        }
        cached.stamp();
      }
    }
  }

  private Path folder() {
    Path folder = cached.file().getParent();
    if (folder == null) {
      throw new AssertionError("a cached file lies in a folder");
    }
    return folder;
  }

  private static FileLock lock(FileChannel channel) throws IOException, InterruptedException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        // Another thread of this process holds it: the lock only waits for other processes.
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  /// What a process that was killed left behind; whoever holds the lock may remove it.
  private static void removeRemains(Path folder) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*.part")) {
      for (Path part : parts) {
        Files.delete(part);
      }
    }
  }

  private void checkSpace(Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    long bytes = cached.model().bytes();
    if (free < bytes) {
      throw new IOException("it needs %s bytes, %s are free there".formatted(bytes, free));
    }
  }

  private void copy(Path folder) throws IOException {
    Path part = folder.resolve(cached.file().getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (InputStream in = Resources.open(content);
          FileChannel out =
              FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        copy(in, out);
        out.force(true);
      }
      Files.move(part, cached.file(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void copy(InputStream in, FileChannel out) throws IOException {
    long total = cached.model().bytes();
    MessageDigest digest = CachedFile.sha256();
    byte[] piece = new byte[PIECE_BYTES];
    long done = 0;
    progress.report(0, total);
    for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
      done += length;
      if (done > total) {
        break;
      }
      digest.update(piece, 0, length);
      ByteBuffer bytes = ByteBuffer.wrap(piece, 0, length);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      progress.report(done, total);
    }
    String found = CachedFile.hex(digest);
    if (done != total || !found.equals(cached.model().sha256())) {
      throw new ModelNotFoundException(
          "%s: must have %s bytes with SHA-256 %s, found %s with %s, replace the artifact of model %s"
              .formatted(
                  content,
                  total,
                  cached.model().sha256(),
                  done > total ? "more" : Long.toString(done),
                  found,
                  cached.model().name()));
    }
  }
}
