package puna.hub.found;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.hub.net.Repository;

/// The folder of LM Studio's models: `USER/NAME/FILE`, of the hub's main branches.
public record LmStudioFolder(Path top) implements RepositoryFolder {
  @Override
  public String program() {
    return "LM Studio";
  }

  @Override
  public List<Repository> repositories() {
    List<Repository> found = new ArrayList<>();
    for (Path user : Folders.folders(top)) {
      for (Path name : Folders.folders(user)) {
        if (Repository.isPart(Folders.name(user)) && Repository.isPart(Folders.name(name))) {
          found.add(new Repository(Folders.name(user), Folders.name(name), Repository.MAIN));
        }
      }
    }
    return found;
  }

  @Override
  public Optional<Path> folder(Repository repository) {
    return repository.revision().equals(Repository.MAIN)
        ? Optional.of(top.resolve(repository.user()).resolve(repository.name()))
            .filter(Files::isDirectory)
        : Optional.empty();
  }
}
