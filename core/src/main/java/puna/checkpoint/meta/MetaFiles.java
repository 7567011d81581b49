package puna.checkpoint.meta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.file.ModelFile;

/// Where the files of a checkpoint lie: all in one folder, under the names that Meta gives them.
///
/// @param folder an existing one
record MetaFiles(Path folder) {
  static final int MOST_PARTS = 16;
  static final String PARAMS = "params.json";

  private static final String TOKENIZER = "tokenizer.model";
  private static final Pattern PART = Pattern.compile("consolidated\\.(\\d\\d)\\.pth");

  /// The checkpoint that a path names: a folder with parameters and a part, or one of these.
  static Optional<MetaFiles> of(Path path) {
    if (Files.isDirectory(path)) {
      MetaFiles files = new MetaFiles(path);
      return Files.isRegularFile(path.resolve(PARAMS)) && files.hasParts()
          ? Optional.of(files)
          : Optional.empty();
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null || !Files.isRegularFile(path)) {
      return Optional.empty();
    }
    MetaFiles files = new MetaFiles(parent);
    String name = ModelFile.name(path);
    boolean isOne = PART.matcher(name).matches() || (name.equals(PARAMS) && files.hasParts());
    return isOne ? Optional.of(files) : Optional.empty();
  }

  static String partName(int index) {
    return String.format(Locale.ROOT, "consolidated.%02d.pth", index);
  }

  /// What a model of this folder is called. Hugging Face's hub keeps Meta's files of a model in a
  /// folder `original`.
  String modelName() {
    Path whole = folder.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    String name = ModelFile.name(whole);
    return name.equals("original") && parent != null ? ModelFile.name(parent) : name;
  }

  Path params() {
    return folder.resolve(PARAMS);
  }

  Optional<Path> tokenizer() {
    return Optional.of(folder.resolve(TOKENIZER)).filter(Files::isRegularFile);
  }

  /// The parts in order.
  ///
  /// @throws ModelFormatException when one is missing, or there are too many
  List<Path> parts() {
    int count = 1 + numbers().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (count > MOST_PARTS) {
      throw new ModelFormatException(
          "%s: a checkpoint may have %s parts at most, found %s"
              .formatted(modelName(), MOST_PARTS, partName(count - 1)));
    }
    List<Path> parts = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      Path part = folder.resolve(partName(index));
      if (!Files.exists(part)) {
        throw new ModelFormatException(
            "%s: all %s parts of a checkpoint must lie in one folder, %s is missing"
                .formatted(modelName(), count, partName(index)));
      }
      parts.add(part);
    }
    return parts;
  }

  private boolean hasParts() {
    return !numbers().isEmpty();
  }

  private List<Integer> numbers() {
    try (Stream<Path> names = Files.list(folder)) {
      return names
          .map(file -> PART.matcher(ModelFile.name(file)))
          .filter(Matcher::matches)
          .map(matcher -> Integer.valueOf(matcher.group(1)))
          .toList();
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be listed: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
