package puna.hub;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import puna.error.ModelDownloadException;
import puna.error.ModelInterruptedException;
import puna.error.ModelNotFoundException;
import puna.hub.net.DownloadPlace;
import puna.hub.net.HubClient;
import puna.hub.net.HubSettings;
import puna.hub.net.RemoteFile;

/// The models that were fetched from elsewhere, below `models/hub` and `models/url`.
final class HubModels implements ModelFinder {
  private static final int DEEPEST = 40;

  private final Supplier<Path> models;
  private final Supplier<HubSettings> settings;

  /// @param models the folder of all models
  /// @param settings asked for only when something is to be fetched
  HubModels(Supplier<Path> models, Supplier<HubSettings> settings) {
    this.models = models;
    this.settings = settings;
  }

  /// Fetches a model.
  @Override
  public Optional<Path> find(String text, TransferProgress progress) {
    return ModelReference.parse(text).map(reference -> pull(reference, progress));
  }

  /// Finds a model that was fetched.
  Optional<Path> findHere(String text) {
    return ModelReference.parse(text).flatMap(this::here);
  }

  private Optional<Path> here(ModelReference reference) {
    try {
      for (PulledModel model : known(reference)) {
        if (model.isWhole()) {
          Files.setLastModifiedTime(model.description(), FileTime.from(Instant.now()));
          return Optional.of(model.path());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(reference, e);
    }
  }

  /// What earlier pulls wrote of the reference, or of one that means the same.
  private List<PulledModel> known(ModelReference reference) {
    Pull.Place place = Pull.place(models.get(), reference);
    return Stream.concat(Stream.of(place.key()), Pull.otherKey(reference).stream())
        .flatMap(key -> PulledModel.read(place.folder(), key).stream())
        .toList();
  }

  /// Fetches a model as it is now at its place; nothing where all of it is here.
  Path pull(ModelReference reference, TransferProgress progress) {
    HubSettings access = settings.get();
    access
        .offline()
        .ifPresent(setting -> {
          throw new ModelDownloadException(
              "%s is not here, and %s forbids to fetch it; allow it once, or use what 'puna models' lists"
                  .formatted(reference.text(), setting));
        });
    Pull.Place place = Pull.place(models.get(), reference);
    try (HubClient client = new HubClient(access)) {
      Pull pull = Pull.ask(place, reference, client);
      List<PulledModel> before = PulledModel.read(place.folder(), place.key()).stream().toList();
      pull.model().write();
      new PullRun(client, pull, progress).run();
      for (PulledModel old : before) {
        deleteUnused(old);
      }
      return pull.model().path();
    } catch (IOException e) {
      throw unusable(reference, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelInterruptedException(
          "%s: the thread was interrupted while it was being fetched; what has come is kept"
              .formatted(reference.text()),
          e);
    }
  }

  /// Deletes what was fetched for a reference, but for files that other references need.
  ///
  /// @return how many bytes that frees
  /// @throws ModelNotFoundException when nothing was fetched for it
  long remove(ModelReference reference) {
    List<PulledModel> known = known(reference);
    if (known.isEmpty()) {
      throw new ModelNotFoundException(
          "%s was not fetched; 'puna models' lists what was".formatted(reference.text()));
    }
    PulledModel model = known.getFirst();
    try {
      Files.deleteIfExists(model.description());
      long freed = deleteUnused(model);
      deleteEmpty(model.folder());
      return freed;
    } catch (IOException e) {
      throw unusable(reference, e);
    }
  }

  private long deleteUnused(PulledModel model) throws IOException {
    Set<String> used = new HashSet<>();
    for (PulledModel other : of(model.folder())) {
      other.parts().forEach(part -> used.add(part.path()));
    }
    long freed = 0;
    for (PulledModel.Part part : model.parts()) {
      if (!used.contains(part.path())) {
        DownloadPlace place = new DownloadPlace(model.folder(), part.path());
        freed += size(place.file()) + size(place.part());
        place.delete();
      }
    }
    return freed;
  }

  private static long size(Path file) throws IOException {
    return Files.isRegularFile(file) ? Files.size(file) : 0;
  }

  /// Takes away the folders in which nothing is left but locks, up to the folder of all models.
  private void deleteEmpty(Path folder) throws IOException {
    if (of(folder).isEmpty()) {
      DownloadPlace.deleteLocks(folder);
    }
    Path top = models.get();
    for (Path at = folder; at != null && !at.equals(top); at = at.getParent()) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(at)) {
        if (left.iterator().hasNext()) {
          return;
        }
      }
      Files.delete(at);
    }
  }

  /// All that was fetched, or begun.
  List<PulledModel> list() {
    List<PulledModel> found = new ArrayList<>();
    for (String kind : List.of("hub", "url")) {
      Path top = models.get().resolve(kind);
      if (Files.isDirectory(top)) {
        try (Stream<Path> folders =
            Files.find(top, DEEPEST, (path, _) -> path.endsWith(DownloadPlace.OWN))) {
          for (Path own : folders.sorted().toList()) {
            Path folder = own.getParent();
            if (folder != null) {
              found.addAll(of(folder));
            }
          }
        } catch (IOException e) {
          throw new ModelNotFoundException(
              "%s: the models there cannot be listed (%s)".formatted(top, e.getMessage()), e);
        }
      }
    }
    return found;
  }

  private static List<PulledModel> of(Path folder) throws IOException {
    Path own = folder.resolve(DownloadPlace.OWN);
    List<PulledModel> models = new ArrayList<>();
    if (Files.isDirectory(own)) {
      try (DirectoryStream<Path> descriptions = Files.newDirectoryStream(own, "*.json")) {
        for (Path description : descriptions) {
          String name = String.valueOf(description.getFileName());
          PulledModel.read(folder, name.substring(0, name.length() - ".json".length()))
              .ifPresent(models::add);
        }
      }
    }
    return models;
  }

  private static ModelDownloadException unusable(ModelReference reference, IOException e) {
    return new ModelDownloadException(
        "%s: its files cannot be used (%s: %s); check the folder that PUNA_HOME names"
            .formatted(reference.text(), e.getClass().getSimpleName(), e.getMessage()),
        e);
  }

  /// One pull, file after file.
  private record PullRun(HubClient client, Pull pull, TransferProgress progress) {
    void run() throws IOException, InterruptedException {
      long total = pull.model().bytes();
      requireSpace();
      long before = 0;
      for (RemoteFile file : pull.files()) {
        long base = before;
        progress.begin(file.path(), file.content().sha256(), file.bytes());
        client.fetch(file, pull.model().folder(), done -> progress.report(base + done, total));
        before += file.bytes();
      }
      progress.report(total, total);
    }

    private void requireSpace() throws IOException {
      Path folder = pull.model().folder();
      long needed = pull.model().bytes() - pull.model().presentBytes();
      for (RemoteFile file : pull.files()) {
        needed -= HubClient.kept(file, folder);
      }
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < needed) {
        throw new ModelDownloadException(
            "%s needs %s bytes more in %s, where %s are free; make room with 'puna rm', or set PUNA_HOME to a folder of another disk"
                .formatted(pull.model().reference(), needed, folder, free));
      }
    }
  }
}
