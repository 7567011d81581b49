package puna;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import puna.backend.KvShape;
import puna.saved.Fingerprint;

/// The folder in which cached prefixes survive a restart: a file for each model and type of KV
/// cache, all together within a bound.
///
/// @param bytes the most that its files may take
record CacheFolder(Path folder, long bytes) {
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}-[a-z0-9_]+-[a-z0-9_]+\\.puna");

  private record Found(Path file, BasicFileAttributes attributes) {}

  static Optional<CacheFolder> of(LlamaOptions options) {
    return options
        .cacheFolder()
        .map(folder ->
            new CacheFolder(
                folder,
                options.cacheFolderBytes().orElse(LlamaOptions.DEFAULT_CACHE_FOLDER_BYTES)));
  }

  Path file(Fingerprint fingerprint, KvShape shape) {
    return folder.resolve(
        "%s-%s-%s.puna"
            .formatted(fingerprint, shape.keyType(), shape.valueType())
            .toLowerCase(Locale.ROOT));
  }

  boolean has(Path file) {
    return Files.exists(file);
  }

  void create() throws IOException {
    Files.createDirectories(folder);
  }

  /// Removes the oldest of its files until the rest is within the bound.
  ///
  /// @param kept the one that stays
  void prune(Path kept) throws IOException {
    List<Found> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        if (OURS.matcher(String.valueOf(file.getFileName())).matches()) {
          found(file).ifPresent(files::add);
        }
      }
    }
    files.removeIf(found -> !found.attributes.isRegularFile());
    files.sort(Comparator.comparing(found -> found.attributes.lastModifiedTime()));
    long size = files.stream().mapToLong(found -> found.attributes.size()).sum();
    for (Found found : files) {
      if (size > bytes && !found.file.equals(kept)) {
        Files.deleteIfExists(found.file);
        size -= found.attributes.size();
      }
    }
  }

  private static Optional<Found> found(Path file) throws IOException {
    try {
      return Optional.of(
          new Found(
              file,
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
    } catch (NoSuchFileException _) {
      return Optional.empty(); // another process was faster
    }
  }
}
