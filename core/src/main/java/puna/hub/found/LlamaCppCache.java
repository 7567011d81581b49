package puna.hub.found;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.hub.net.Repository;
import puna.hub.net.SafePath;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The cache of llama.cpp's `-hf`: `USER_NAME_FILE.gguf` in one folder.
///
/// `a_b_c.gguf` may be of `a/b` or of `a/b_c`. What llama.cpp writes beside it tells: newer
/// versions a `manifest=USER=NAME=TAG.json`, older ones the address in `FILE.gguf.json`. Where
/// neither is there, the name has to do.
public record LlamaCppCache(Path top) implements RepositoryFolder {
  private static final Pattern MANIFEST = Pattern.compile("manifest=([^=]+)=([^=]+)=[^=]+\\.json");
  private static final Pattern ADDRESS =
      Pattern.compile("https?://[^/]+/([^/]+)/([^/]+)/resolve/.*");
  private static final String ENDING = ".gguf";
  private static final int LONGEST_NOTE = 1 << 16;

  @Override
  public String program() {
    return "llama.cpp's cache";
  }

  /// Those that something beside the files names.
  @Override
  public List<Repository> repositories() {
    List<Path> entries = Folders.entries(top);
    Set<Repository> found = new LinkedHashSet<>(ofManifests(entries));
    for (Path entry : entries) {
      if (Folders.name(entry).endsWith(ENDING)) {
        ofNote(entry).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }

  /// All GGUF files, whichever repositories they are of.
  public List<FoundFile> files() {
    List<FoundFile> found = new ArrayList<>();
    for (Path entry : Folders.entries(top)) {
      String name = Folders.name(entry);
      if (name.endsWith(ENDING) && SafePath.isSafe(name)) {
        found(name, entry).ifPresent(found::add);
      }
    }
    return found;
  }

  @Override
  public List<FoundFile> files(Repository repository) {
    if (!repository.revision().equals(Repository.MAIN)) {
      return List.of();
    }
    String prefix = prefix(repository);
    List<Path> entries = Folders.entries(top);
    List<Repository> manifests = ofManifests(entries);
    List<FoundFile> found = new ArrayList<>();
    for (Path entry : entries) {
      String name = Folders.name(entry);
      if (name.startsWith(prefix)
          && name.endsWith(ENDING)
          && SafePath.isSafe(name)
          && isOf(repository, entry, manifests)) {
        found(name.substring(prefix.length()), entry).ifPresent(found::add);
      }
    }
    return found;
  }

  @Override
  public Optional<Path> folder(Repository repository) {
    return Optional.empty();
  }

  private static Optional<FoundFile> found(String path, Path file) {
    try {
      return Files.isRegularFile(file)
          ? Optional.of(new FoundFile(path, file, Files.size(file)))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether nothing says that a file is of another repository.
  private static boolean isOf(Repository repository, Path file, List<Repository> manifests) {
    Optional<Repository> noted = ofNote(file);
    if (noted.isPresent()) {
      return noted.get().equals(repository);
    }
    String name = Folders.name(file);
    List<Repository> claims =
        manifests.stream().filter(claim -> name.startsWith(prefix(claim))).toList();
    return claims.isEmpty() || claims.contains(repository);
  }

  private static String prefix(Repository repository) {
    return repository.user() + "_" + repository.name() + "_";
  }

  private static List<Repository> ofManifests(List<Path> entries) {
    return entries.stream()
        .map(entry -> MANIFEST.matcher(Folders.name(entry)))
        .filter(Matcher::matches)
        .flatMap(parts -> repository(parts).stream())
        .distinct()
        .toList();
  }

  private static Optional<Repository> ofNote(Path file) {
    Optional<JsonObject> note =
        Folders.json(file.resolveSibling(Folders.name(file) + ".json"), LONGEST_NOTE);
    return note.flatMap(json -> json.get("url"))
        .flatMap(
            url -> url instanceof JsonString(String text) ? Optional.of(text) : Optional.empty())
        .map(ADDRESS::matcher)
        .filter(Matcher::matches)
        .flatMap(LlamaCppCache::repository);
  }

  private static Optional<Repository> repository(Matcher parts) {
    return Repository.isPart(parts.group(1)) && Repository.isPart(parts.group(2))
        ? Optional.of(new Repository(parts.group(1), parts.group(2), Repository.MAIN))
        : Optional.empty();
  }
}
