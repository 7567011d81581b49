package puna.hub.found;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.hub.net.SafePath;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// Reads folders that others wrote: links are followed, circles end, what cannot be read is as good
/// as absent, and nothing is looked through without an end.
final class Folders {
  private static final int DEEPEST = 8;
  private static final int MOST_ENTRIES = 20_000;

  private Folders() {}

  /// What lies in a folder, sorted by name.
  static List<Path> entries(Path folder) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        found.add(entry);
        if (found.size() >= MOST_ENTRIES) {
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException | SecurityException _) {
      // Another user's folder, or none.
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  static List<Path> folders(Path folder) {
    return entries(folder).stream().filter(Files::isDirectory).toList();
  }

  static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /// All files below a folder, by their paths in it.
  static List<FoundFile> files(Path folder) {
    List<FoundFile> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new Collector(folder, found));
    } catch (IOException _) {
      // What was seen until then counts.
    }
    found.sort(Comparator.comparing(FoundFile::path));
    return found;
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final Path top;
    private final List<FoundFile> found;
    private int seen;

    Collector(Path top, List<FoundFile> found) {
      this.top = top;
      this.found = found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String path =
          top.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
      if (attributes.isRegularFile() && SafePath.isSafe(path)) {
        found.add(new FoundFile(path, file, attributes.size()));
      }
      return ++seen < MOST_ENTRIES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    // A link that leads in a circle or nowhere, or what may not be read.
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return ++seen < MOST_ENTRIES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }

  /// The bytes of a small file; empty where it is none.
  ///
  /// @param most bytes that it may have
  static Optional<byte[]> small(Path file, int most) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > most) {
        return Optional.empty();
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// A small file's JSON object; empty where it has none.
  static Optional<JsonObject> json(Path file, int most) {
    return small(file, most)
        .flatMap(bytes -> {
          try {
            return Json.parse(bytes, name(file)) instanceof JsonObject object
                ? Optional.of(object)
                : Optional.empty();
          } catch (JsonException _) {
            return Optional.empty();
          }
        });
  }
}
