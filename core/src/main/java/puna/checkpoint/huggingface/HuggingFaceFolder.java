package puna.checkpoint.huggingface;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.json.JsonPlace;
import puna.json.file.JsonFile;

/// The files of a checkpoint, by the names that transformers gives them.
///
/// @param path the folder
record HuggingFaceFolder(Path path) {
  static final String CONFIG = "config.json";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String WHOLE = "model.safetensors";
  private static final String SUFFIX = ".safetensors";
  private static final Pattern SHARD =
      Pattern.compile("(.+)-([0-9]{5})-of-([0-9]{5})\\.safetensors");

  /// Bounds what a small file may take; the longest index of today has less than a megabyte.
  private static final long LARGEST_JSON = 64L << 20;

  /// The folder of a checkpoint that is named by itself or by one of its files: the index, the
  /// configuration, or any file of weights.
  static Optional<HuggingFaceFolder> of(Path named) {
    if (Files.isDirectory(named)) {
      return Optional.of(new HuggingFaceFolder(named)).filter(HuggingFaceFolder::isCheckpoint);
    }
    String name = String.valueOf(named.getFileName());
    boolean isOne = name.endsWith(SUFFIX) || name.equals(INDEX) || name.equals(CONFIG);
    return isOne && Files.isRegularFile(named)
        ? Optional.of(new HuggingFaceFolder(folderOf(named)))
        : Optional.empty();
  }

  private static Path folderOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private boolean isCheckpoint() {
    return has(CONFIG) || has(INDEX) || has(WHOLE);
  }

  /// The name for messages.
  String name() {
    Path last = path.toAbsolutePath().normalize().getFileName();
    return last == null ? path.toString() : last.toString();
  }

  boolean has(String file) {
    return Files.isRegularFile(path.resolve(file));
  }

  /// The files of weights, each with the names that the index places in it; empty for all that it
  /// has, where there is no index.
  ///
  /// @throws ModelFormatException when files are missing, or the index leads out of the folder
  SequencedMap<Path, List<String>> weights() {
    if (has(INDEX)) {
      return indexed(json(INDEX).orElseThrow());
    }
    List<String> names = has(WHOLE) ? List.of(WHOLE) : unindexed();
    SequencedMap<Path, List<String>> files = new LinkedHashMap<>();
    names.forEach(name -> files.put(path.resolve(name), List.of()));
    return files;
  }

  private SequencedMap<Path, List<String>> indexed(JsonPlace index) {
    JsonPlace map = index.get("weight_map");
    SequencedMap<Path, List<String>> files = new LinkedHashMap<>();
    for (String tensor : map.object().members().keySet()) {
      String file = map.get(tensor).string();
      if (!file.endsWith(SUFFIX) || file.matches(".*[/\\\\\\x00].*") || file.startsWith("..")) {
        throw map.get(tensor).refusal("must be a .safetensors file of this folder");
      }
      files.computeIfAbsent(path.resolve(file), _ -> new ArrayList<>()).add(tensor);
    }
    if (files.isEmpty()) {
      throw map.refusal("must place tensors in files");
    }
    requireAll(files.sequencedKeySet().stream().toList());
    return files;
  }

  private void requireAll(List<Path> files) {
    List<String> missing =
        files.stream()
            .filter(file -> !Files.exists(file))
            .map(file -> String.valueOf(file.getFileName()))
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      throw incomplete("%s of %s".formatted(missing.size(), files.size()), missing);
    }
  }

  private ModelFormatException incomplete(String count, List<String> missing) {
    String shown = String.join(", ", missing.subList(0, Math.min(4, missing.size())));
    return new ModelFormatException(
        "%s: all files of weights must be there, missing %s: %s%s"
            .formatted(name(), count, shown, missing.size() > 4 ? " …" : ""));
  }

  /// Without an index: the numbered parts, or a single file of any name.
  private List<String> unindexed() {
    List<String> all = weightFiles();
    List<String> parts = all.stream().filter(name -> SHARD.matcher(name).matches()).toList();
    if (!parts.isEmpty()) {
      return numbered(parts);
    }
    if (all.size() == 1) {
      return all;
    }
    throw new ModelFormatException(
        "%s: weights must be in %s, or in files that %s names, found %s"
            .formatted(name(), WHOLE, INDEX, found(all)));
  }

  private String found(List<String> all) {
    if (!all.isEmpty()) {
      return String.join(", ", all.subList(0, Math.min(4, all.size())));
    }
    boolean pickled = has("pytorch_model.bin") || has("pytorch_model.bin.index.json");
    return pickled
        ? "pytorch_model.bin, which is not read: save the model as safetensors"
        : "no .safetensors file";
  }

  private List<String> numbered(List<String> parts) {
    Matcher first = SHARD.matcher(parts.getFirst());
    if (!first.matches()) {
      throw new AssertionError(parts);
    }
    int count = Integer.parseInt(first.group(3));
    List<String> wanted = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      String digits = Integer.toString(100_000 + number).substring(1);
      wanted.add("%s-%s-of-%s%s".formatted(first.group(1), digits, first.group(3), SUFFIX));
    }
    List<String> others = parts.stream().filter(part -> !wanted.contains(part)).toList();
    if (!others.isEmpty()) {
      throw new ModelFormatException(
          "%s: parts of one model must be numbered alike, found %s and %s"
              .formatted(name(), parts.getFirst(), others.getFirst()));
    }
    List<String> missing = wanted.stream().filter(part -> !parts.contains(part)).toList();
    if (!missing.isEmpty()) {
      throw incomplete("%s of %s".formatted(missing.size(), count), missing);
    }
    return wanted;
  }

  private List<String> weightFiles() {
    try (Stream<Path> entries = Files.list(path)) {
      return new TreeSet<>(
              entries
                  .map(entry -> String.valueOf(entry.getFileName()))
                  .filter(name -> name.endsWith(SUFFIX))
                  .toList())
          .stream().toList();
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  /// A JSON file of the folder; empty where there is none.
  Optional<JsonPlace> json(String file) {
    return bytes(file).map(bytes -> JsonFile.read(bytes, file));
  }

  /// A small file of the folder.
  Optional<byte[]> bytes(String file) {
    Path found = path.resolve(file);
    if (!Files.exists(found)) {
      return Optional.empty();
    }
    try {
      if (!Files.isRegularFile(found) || Files.size(found) > LARGEST_JSON) {
        String rule = "must be a file of at most %s MiB".formatted(LARGEST_JSON >> 20);
        throw new FileSystemException(file, null, rule);
      }
      return Optional.of(Files.readAllBytes(found));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be read: %s".formatted(found, e.getMessage()), e);
    }
  }

  JsonPlace requireConfig() {
    return json(CONFIG)
        .orElseThrow(() ->
            new ModelFormatException(
                "%s: weights alone are no model: %s must lie beside them, found none"
                    .formatted(name(), CONFIG)));
  }
}
