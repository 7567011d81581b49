package puna.hub.found;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import puna.hub.net.Repository;

/// Where a program keeps files of the hub's repositories.
public interface RepositoryFolder {
  /// The program's name, for people.
  String program();

  /// All repositories of which something is there.
  List<Repository> repositories();

  /// What is there of a repository at its revision.
  default List<FoundFile> files(Repository repository) {
    return folder(repository).map(Folders::files).orElse(List.of());
  }

  /// The folder that holds a repository's files under their own names; empty where nothing is there
  /// that could be opened as a folder.
  Optional<Path> folder(Repository repository);
}
