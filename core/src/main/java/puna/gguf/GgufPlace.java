package puna.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.file.ModelFile;

/// Where the first file of a GGUF model lies that is named by another path: by a further part, or
/// by the folder that holds it and no other.
public final class GgufPlace {
  private static final String SUFFIX = ".gguf";
  private static final String PROJECTOR = "mmproj"; // what images need beside a model

  private GgufPlace() {}

  /// Whether a folder holds GGUF files, of one model or of several.
  public static boolean isIn(Path folder) {
    return Files.isDirectory(folder) && !models(folder).isEmpty();
  }

  /// The file to open for a path.
  ///
  /// @throws ModelFormatException when the path is a folder with several models
  public static Path firstFile(Path named) {
    if (Files.isDirectory(named)) {
      return only(named);
    }
    return SplitName.parse(ModelFile.name(named))
        .filter(part -> part.number() != 1)
        .map(part -> named.resolveSibling(part.withNumber(1).toString()))
        .filter(Files::isRegularFile)
        .orElse(named);
  }

  private static Path only(Path folder) {
    List<Path> models = models(folder);
    if (models.size() != 1) {
      List<String> names = models.stream().limit(4).map(ModelFile::name).toList();
      throw new ModelFormatException(
          "%s: a folder that is named must hold one GGUF model, found %s: %s; name one of them"
              .formatted(folder, models.size(), String.join(", ", names)));
    }
    return models.getFirst();
  }

  /// The models in a folder: of those in parts the first parts.
  private static List<Path> models(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isModel(ModelFile.name(file)) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static boolean isModel(String name) {
    Optional<SplitName> part = SplitName.parse(name);
    return name.endsWith(SUFFIX)
        && !name.startsWith(PROJECTOR)
        && part.map(found -> found.number() == 1).orElse(true);
  }
}
