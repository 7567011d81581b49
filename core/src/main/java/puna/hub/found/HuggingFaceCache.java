package puna.hub.found;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import puna.hub.net.Repository;

/// The cache of the hub's own tools: `models--USER--NAME/refs/REVISION` has a commit, and
/// `snapshots/COMMIT/` links to the blobs by their names.
public record HuggingFaceCache(Path top) implements RepositoryFolder {
  private static final String KIND = "models";
  private static final String BETWEEN = "--";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final int LONGEST_REF = 200;

  @Override
  public String program() {
    return "Hugging Face's cache";
  }

  @Override
  public List<Repository> repositories() {
    List<Repository> found = new ArrayList<>();
    for (Path folder : Folders.folders(top)) {
      String[] parts = Folders.name(folder).split(BETWEEN, -1);
      if (parts.length == 3
          && parts[0].equals(KIND)
          && Repository.isPart(parts[1])
          && Repository.isPart(parts[2])) {
        found.add(new Repository(parts[1], parts[2], Repository.MAIN));
      }
    }
    return found;
  }

  @Override
  public Optional<Path> folder(Repository repository) {
    Path folder = top.resolve(String.join(BETWEEN, KIND, repository.user(), repository.name()));
    return commit(folder, repository.revision())
        .map(commit -> folder.resolve("snapshots").resolve(commit))
        .filter(Files::isDirectory);
  }

  /// What a branch or tag stood for when it was fetched last.
  private static Optional<String> commit(Path folder, String revision) {
    return COMMIT.matcher(revision).matches()
        ? Optional.of(revision)
        : Folders.small(folder.resolve("refs").resolve(revision), LONGEST_REF)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
            .filter(commit -> COMMIT.matcher(commit).matches());
  }
}
