package puna.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.UUID;

/// Files that are written beside their places and take them at the end, all or none. What was not
/// placed is deleted on closing.
final class NewFiles implements AutoCloseable {
  private final SequencedMap<Path, Path> written = new LinkedHashMap<>();
  private final List<Path> placed = new ArrayList<>();
  private boolean isComplete;

  /// Opens a file that is to become `target`.
  FileChannel open(Path target) throws IOException {
    Path part = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".part");
    written.put(target, part);
    return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /// Moves all to their places, in the place of files that are there.
  void place() throws IOException {
    for (var entry : written.entrySet()) {
      Files.move(entry.getValue(), entry.getKey(), StandardCopyOption.REPLACE_EXISTING);
      placed.add(entry.getKey());
    }
    isComplete = true;
  }

  @Override
  public void close() throws IOException {
    if (isComplete) {
      return;
    }
    for (Path part : written.values()) {
      Files.deleteIfExists(part);
    }
    for (Path file : placed) {
      Files.deleteIfExists(file); // a model without one of its files is none
    }
  }
}
