package puna.hub.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/// Where a file is to lie, and what lies around it meanwhile.
///
/// Beside the file its unfinished form, `FILE.part`; in the folder's `.puna` what is for Puna
/// alone: how far the unfinished form is, whose turn it is, and what the file was when it was
/// verified.
///
/// @param path below the folder, checked
public record DownloadPlace(Path folder, String path) {
  /// Below a model's folder: what is for Puna alone.
  public static final String OWN = ".puna";

  public Path file() {
    return folder.resolve(path);
  }

  /// The file while it is not whole.
  public Path part() {
    return folder.resolve(path + ".part");
  }

  Path state() {
    return own(".state");
  }

  Path lock() {
    return own(".lock");
  }

  Path stamp() {
    return own(".verified");
  }

  private Path own(String ending) {
    return folder.resolve(OWN).resolve(path + ending);
  }

  /// Makes the folders that all of these lie in.
  void makeFolders() throws IOException {
    Files.createDirectories(parent(file()));
    Files.createDirectories(parent(lock()));
  }

  /// Removes the file and all around it but the lock, which another may wait for.
  public void delete() throws IOException {
    Files.deleteIfExists(file());
    Files.deleteIfExists(stamp());
    discardPart();
  }

  void discardPart() throws IOException {
    Files.deleteIfExists(state());
    Files.deleteIfExists(part());
  }

  /// Writes a small file whole or not at all.
  public static void write(Path file, String text) throws IOException {
    // A name of its own: others may write the same at the same time.
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// Removes what is left for Puna alone in a folder that has no model any more.
  public static void deleteLocks(Path folder) throws IOException {
    Path own = folder.resolve(OWN);
    if (Files.isDirectory(own)) {
      try (Stream<Path> left = Files.walk(own)) {
        for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new AssertionError("a file in a folder has a parent");
    }
    return parent;
  }
}
