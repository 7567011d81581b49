package puna.gguf;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import puna.error.ModelFormatException;
import puna.error.ModelInterruptedException;
import puna.error.ModelReadException;
import puna.tensor.Metadata;
import puna.tensor.Tensor;

/// The steps from a path to a [GgufFile]: open, read, find the further files of a split model.
final class GgufOpener {
  private static final String SPLIT_NUMBER = "split.no";
  private static final String SPLIT_COUNT = "split.count";
  private static final String SPLIT_TENSORS = "split.tensors.count";

  // The count is an unsigned 16-bit integer.
  private static final int MAX_FILES = 65535;

  private final Path file;
  private final String name;
  private final MemoryBudget budget = new MemoryBudget();
  private final List<ModelFile> files = new ArrayList<>();
  private final List<GgufPart> parts = new ArrayList<>();

  GgufOpener(Path file) {
    this.file = file;
    this.name = name(file);
  }

  // The files pass to the GgufFile, or are closed here.
  GgufFile open() {
    boolean opened = false;
    try {
      GgufPart first = read(file);
      long count = count(first.metadata());
      if (count > 1) {
        readOthers(first.metadata(), count);
      }
      GgufFile gguf = new GgufFile(files, parts);
      opened = true;
      return gguf;
    } finally {
      if (!opened) {
        files.forEach(ModelFile::close);
      }
    }
  }

  /// The last name of a path, for messages.
  static String name(Path file) {
    Path last = file.getFileName();
    return last == null ? file.toString() : last.toString();
  }

  /// Files of the model: a file that was merged from others says 0, most say nothing.
  private long count(Metadata first) {
    OptionalLong count = first.integer(SPLIT_COUNT);
    if (count.isEmpty() && first.integer(SPLIT_NUMBER).orElse(0) != 0) {
      throw notFirst(first.requireInteger(SPLIT_NUMBER), "");
    }
    if (count.orElse(1) < 0 || count.orElse(1) > MAX_FILES) {
      throw new ModelFormatException(
          "%s: %s: a model has 0 to %s files, found %s"
              .formatted(name, SPLIT_COUNT, MAX_FILES, count.getAsLong()));
    }
    return count.orElse(1);
  }

  private void readOthers(Metadata first, long count) {
    SplitName split = splitName(first, count);
    for (int number = 2; number <= count; number++) {
      Path other = file.resolveSibling(split.withNumber(number).toString());
      if (!Files.exists(other)) {
        throw new ModelFormatException(
            "%s: %s: all %s files of a split model must lie in one folder, %s is missing"
                .formatted(name, SPLIT_COUNT, count, name(other)));
      }
      Metadata metadata = read(other).metadata();
      require(name(other), SPLIT_NUMBER, number - 1, metadata.requireInteger(SPLIT_NUMBER));
      require(name(other), SPLIT_COUNT, count, metadata.integer(SPLIT_COUNT).orElse(count));
    }
    long tensors = parts.stream().mapToLong(part -> part.tensors().size()).sum();
    require(name, SPLIT_TENSORS, tensors, first.requireInteger(SPLIT_TENSORS));
    checkNames();
  }

  private SplitName splitName(Metadata first, long count) {
    long number = first.requireInteger(SPLIT_NUMBER);
    if (number != 0) {
      throw notFirst(number, " of " + count);
    }
    return SplitName.parse(name)
        .filter(found -> found.number() == 1 && found.count() == count)
        .orElseThrow(() ->
            new ModelFormatException(
                String.format(
                    Locale.ROOT,
                    "%s: %s: the first of %d files must be named like model-00001-of-%05d.gguf",
                    name,
                    SPLIT_COUNT,
                    count,
                    count)));
  }

  /// @param ofAll how many parts there are, where that is known
  private ModelFormatException notFirst(long number, String ofAll) {
    String first = SplitName.parse(name).map(found -> ", " + found.withNumber(1)).orElse("");
    return new ModelFormatException(
        "%s: %s: a split model is opened by its first file%s, found part %s%s"
            .formatted(name, SPLIT_NUMBER, first, number + 1, ofAll));
  }

  private static void require(String origin, String key, long required, long found) {
    if (found != required) {
      throw new ModelFormatException(
          "%s: %s: must be %s here, found %s".formatted(origin, key, required, found));
    }
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < parts.size(); i++) {
      for (Tensor tensor : parts.get(i).tensors()) {
        if (!names.add(tensor.name())) {
          throw new ModelFormatException(
              "%s: %s: a tensor's name may occur once, found it in an earlier file too"
                  .formatted(name(files.get(i).path()), GgufCursor.excerpt(tensor.name())));
        }
      }
    }
  }

  // The file is closed by whoever closes `files`.
  private GgufPart read(Path path) {
    checkKind(path);
    try {
      ModelFile opened = ModelFile.open(path);
      files.add(opened);
      GgufPart part = GgufReader.read(opened, name(path), budget);
      parts.add(part);
      return part;
    } catch (ClosedByInterruptException e) {
      throw new ModelInterruptedException(
          path + ": the thread was interrupted while it opened the file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(path, "permission denied, make the file readable for this user", e);
    } catch (IOException e) {
      throw unreadable(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  // Before it is opened: a pipe would block.
  private static void checkKind(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw unreadable(path, "only files of the default file system can be opened");
    }
    if (Files.isDirectory(path)) {
      throw unreadable(path, "is a folder, name a GGUF file in it");
    }
    if (Files.notExists(path)) {
      String finding = "no such file, check the path";
      throw unreadable(path, finding, new NoSuchFileException(path.toString()));
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw unreadable(path, "is no regular file, name a GGUF file");
    }
  }

  private static ModelReadException unreadable(Path path, String finding) {
    return unreadable(path, finding, new FileSystemException(path.toString(), null, finding));
  }

  private static ModelReadException unreadable(Path path, String finding, IOException cause) {
    return new ModelReadException(path + ": " + finding, cause);
  }
}
