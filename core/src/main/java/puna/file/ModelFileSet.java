package puna.file;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The open files of one model, in order: opened one by one, mapped and closed together.
public final class ModelFileSet implements AutoCloseable {
  private final List<ModelFile> files = new ArrayList<>();
  private @Nullable Arena mapped;
  private boolean closed;

  /// Opens a further file, which is closed with the others.
  ///
  /// @throws puna.error.ModelReadException when it is no regular file, or cannot be read
  public synchronized ModelFile open(Path path) {
    ModelFile file = ModelFile.open(path);
    files.add(file);
    return file;
  }

  /// The files, in the order in which they were opened.
  public synchronized List<ModelFile> files() {
    return List.copyOf(files);
  }

  public List<Path> paths() {
    return files().stream().map(ModelFile::path).toList();
  }

  /// Bytes of all files together.
  public long size() {
    return files().stream().mapToLong(ModelFile::size).sum();
  }

  /// Maps the files, so that their bytes lie in memory and pages are shared with other processes.
  /// Who reads that memory after a file was cut short dies of it: the JVM throws `InternalError`
  /// where it can, and ends where it cannot.
  ///
  /// @throws puna.error.ModelReadException when the system does not map them
  // The arena is closed with the files.
  public synchronized void map() {
    if (closed) {
      throw new IllegalStateException(files.getFirst().name() + ": the file is closed");
    }
    if (mapped == null) {
      Arena arena = Arena.ofShared();
      mapped = arena;
      files.forEach(file -> file.map(arena));
    }
  }

  /// Throws unless the files are, by their lengths and the times of their last changes, those that
  /// were opened: otherwise what was read belongs to two models.
  ///
  /// @throws puna.error.ModelReadException when one was changed
  public void requireUnchanged() {
    files().forEach(ModelFile::requireUnchanged);
  }

  /// Closes the files. What is read of them from now on throws `IllegalStateException`.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    files.forEach(ModelFile::close);
    if (mapped != null) {
      mapped.close();
    }
  }
}
