package puna.gguf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import puna.error.ModelFormatException;
import puna.file.ModelFile;
import puna.file.ModelFileSet;
import puna.tensor.Metadata;
import puna.tensor.Tensor;

/// The steps from a path to a [GgufFile]: open, read, find the further files of a split model.
final class GgufOpener {
  private final Path file;
  private final String name;
  private final MemoryBudget budget = new MemoryBudget();
  private final ModelFileSet files = new ModelFileSet();
  private final List<GgufPart> parts = new ArrayList<>();

  GgufOpener(Path file) {
    this.file = file;
    this.name = ModelFile.name(file);
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
        files.close();
      }
    }
  }

  /// Files of the model: a file that was merged from others says 0, most say nothing.
  private long count(Metadata first) {
    OptionalLong count = first.integer(SplitParts.COUNT);
    if (count.isEmpty() && first.integer(SplitParts.NUMBER).orElse(0) != 0) {
      throw notFirst(first.requireInteger(SplitParts.NUMBER), "");
    }
    if (count.orElse(1) < 0 || count.orElse(1) > SplitParts.MAX_FILES) {
      throw new ModelFormatException(
          "%s: %s: a model has 0 to %s files, found %s"
              .formatted(name, SplitParts.COUNT, SplitParts.MAX_FILES, count.getAsLong()));
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
                .formatted(name, SplitParts.COUNT, count, ModelFile.name(other)));
      }
      Metadata metadata = read(other).metadata();
      require(
          ModelFile.name(other),
          SplitParts.NUMBER,
          number - 1,
          metadata.requireInteger(SplitParts.NUMBER));
      require(
          ModelFile.name(other),
          SplitParts.COUNT,
          count,
          metadata.integer(SplitParts.COUNT).orElse(count));
    }
    long tensors = parts.stream().mapToLong(part -> part.tensors().size()).sum();
    require(name, SplitParts.TENSORS, tensors, first.requireInteger(SplitParts.TENSORS));
    checkNames();
  }

  private SplitName splitName(Metadata first, long count) {
    long number = first.requireInteger(SplitParts.NUMBER);
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
                    SplitParts.COUNT,
                    count,
                    count)));
  }

  /// @param ofAll how many parts there are, where that is known
  private ModelFormatException notFirst(long number, String ofAll) {
    String first = SplitName.parse(name).map(found -> ", " + found.withNumber(1)).orElse("");
    return new ModelFormatException(
        "%s: %s: a split model is opened by its first file%s, found part %s%s"
            .formatted(name, SplitParts.NUMBER, first, number + 1, ofAll));
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
                  .formatted(files.files().get(i).name(), GgufCursor.excerpt(tensor.name())));
        }
      }
    }
  }

  private GgufPart read(Path path) {
    GgufPart part = GgufReader.read(files.open(path), ModelFile.name(path), budget);
    parts.add(part);
    return part;
  }
}
