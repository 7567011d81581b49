package puna.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The files that a model is split into, as llama.cpp splits: tensors in order, each file as full
/// as it may be, all metadata in the first.
final class SplitParts {
  static final String NUMBER = "split.no";
  static final String COUNT = "split.count";
  static final String TENSORS = "split.tensors.count";

  // The count is an unsigned 16-bit integer.
  static final int MAX_FILES = 65535;

  private static final String SUFFIX = ".gguf";

  private SplitParts() {}

  /// Where files begin: the number of the first tensor of each.
  static List<Integer> cut(List<Long> sizes, SplitLimit limit) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    long bytes = 0;
    for (int i = 0; i < sizes.size(); i++) {
      int held = i - starts.getLast();
      boolean isFull = held >= limit.tensors() || sizes.get(i) > limit.bytes() - bytes;
      if (isFull && held > 0) {
        starts.add(i);
        bytes = 0;
      }
      bytes += sizes.get(i);
    }
    return starts;
  }

  static List<Path> names(Path file, int count) {
    if (count == 1) {
      return List.of(file);
    }
    if (count > MAX_FILES) {
      throw new IllegalArgumentException(
          "a model may be split into %s files, found %s".formatted(MAX_FILES, count));
    }
    String name = String.valueOf(file.getFileName());
    String prefix =
        name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    List<Path> files = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      files.add(file.resolveSibling(new SplitName(prefix, number, count).toString()));
    }
    return files;
  }

  static List<GgufWriter> of(GgufWriter whole, SplitLimit limit) {
    List<Long> sizes = whole.tensorSizes();
    List<Integer> starts = cut(sizes, limit);
    if (starts.size() == 1) {
      return List.of(whole);
    }
    List<GgufWriter> parts = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : sizes.size();
      GgufWriter part = whole.part(starts.get(i), end);
      if (i == 0) {
        part.addMetadata(whole);
      }
      parts.add(
          part.set(NUMBER, MetadataType.UINT16, (long) i)
              .set(COUNT, MetadataType.UINT16, (long) starts.size())
              .set(TENSORS, MetadataType.INT32, (long) sizes.size()));
    }
    return parts;
  }
}
