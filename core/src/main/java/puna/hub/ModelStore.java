package puna.hub;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import puna.error.ModelInterruptedException;
import puna.error.ModelNotFoundException;
import puna.hub.found.OllamaName;
import puna.hub.net.HubSettings;
import puna.settings.ProgramFolders;
import puna.settings.Settings;
import puna.tensor.Metadata;
import puna.text.FileText;

/// Model references to files: a path stays itself, an embedded model is placed in the cache folder
/// and verified, a model of a hub or another server is fetched once ([ModelReference]).
///
/// A model that comes as an artifact on the class path or module path is known by its name, such as
/// `smollm2-135m`. Its first use copies its file to `HOME/models/NAME/` and checks its SHA-256;
/// later uses find it there, and check it again only if it has changed since. Threads and processes
/// may do so at once.
public final class ModelStore {
  /// The model that is used when none is named.
  public static final String DEFAULT_MODEL = "smollm2-135m";

  private final Supplier<Path> home;
  private final EmbeddedModels models;
  private final Supplier<HubSettings> hub;
  private final ProgramFolders programs;
  private final HubModels pulled;
  private final FoundModels found;
  private final List<ModelFinder> finders;

  /// A store in a folder of its own, which is created when a model is placed in it.
  public ModelStore(Path home) {
    this(home, EmbeddedModels.ofThisApplication());
  }

  ModelStore(Path home, EmbeddedModels models) {
    this(home::toAbsolutePath, models, HubSettings::ofEnvironment, ProgramFolders.NONE);
  }

  /// @param home asked for only when a model is placed or looked for in it
  /// @param hub asked for only when a model is fetched
  /// @param programs whose models are used where they lie
  ModelStore(
      Supplier<Path> home,
      EmbeddedModels models,
      Supplier<HubSettings> hub,
      ProgramFolders programs) {
    this.home = home;
    this.models = models;
    this.hub = hub;
    this.programs = programs;
    this.pulled = new HubModels(() -> home.get().resolve("models"), hub);
    this.found = new FoundModels(programs);
    this.finders =
        List.of(
            this::findFile,
            this::findEmbedded,
            this::findFolder,
            notOfPaths((reference, _) -> pulled.findHere(reference)),
            notOfPaths(found),
            notOfPaths(pulled));
  }

  /// The user's store: in the folder `PUNA_HOME`, or else in `puna` in the platform's cache folder,
  /// or else, for a user without a home, in a folder of the user's among the temporary files.
  public static ModelStore standard() {
    return new ModelStore(
        ModelStore::standardHome,
        EmbeddedModels.ofThisApplication(),
        HubSettings::ofEnvironment,
        ProgramFolders.ofEnvironment());
  }

  /// The same store, which never connects to anything.
  ///
  /// @param setting what forbids it, as its user knows it
  public ModelStore offline(String setting) {
    return new ModelStore(home, models, () -> hub.get().offline(setting), programs);
  }

  private static Path standardHome() {
    return Settings.home()
        .map(FileNames::require)
        .or(() -> Settings.platformCache().map(cache -> cache.resolve("puna")))
        .map(Path::toAbsolutePath)
        .orElseGet(TemporaryHome::require);
  }

  /// The folder that models are placed in.
  ///
  /// @throws ModelNotFoundException when this user has none
  public Path home() {
    return home.get();
  }

  /// The file of a model reference: a path, the name of an embedded model, or a [ModelReference].
  ///
  /// @throws ModelNotFoundException when there is no such file and no such model, or when the model
  ///   cannot be placed in the cache folder
  public Path resolve(String reference) {
    return resolve(reference, (_, _) -> {});
  }

  /// The file or folder, which must be there.
  ///
  /// @throws ModelNotFoundException when there is none
  public Path requireFile(Path file) {
    if (Files.notExists(file)) {
      throw new ModelNotFoundException(file + ": there is no such file, check the path");
    }
    return file;
  }

  /// The file of an embedded model.
  ///
  /// @throws ModelNotFoundException when there is no such model, or it cannot be placed in the
  ///   cache folder
  public Path resolveName(String name) {
    EmbeddedModel model = models.find(name).orElseThrow(() -> unknown(name));
    return place(model, (_, _) -> {});
  }

  /// As [#resolve(String)], and tells how far copying has come, if copying is needed.
  public Path resolve(String reference, TransferProgress progress) {
    for (ModelFinder finder : finders) {
      Optional<Path> found = finder.find(reference, progress);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw unknown(reference);
  }

  private Optional<Path> findFile(String reference, TransferProgress progress) {
    return path(reference).filter(path -> Files.exists(path) && !Files.isDirectory(path));
  }

  private Optional<Path> findEmbedded(String reference, TransferProgress progress) {
    return models.find(reference).map(model -> place(model, progress));
  }

  /// After what is known by name, since a folder's name is often a model's.
  private Optional<Path> findFolder(String reference, TransferProgress progress) {
    return path(reference).filter(Files::isDirectory);
  }

  /// What exists is meant as it is, even where it can be no model, such as a pipe.
  private static ModelFinder notOfPaths(ModelFinder finder) {
    return (reference, progress) -> {
      if (path(reference).filter(Files::exists).isPresent()) {
        return Optional.empty();
      }
      try {
        return finder.find(reference, progress);
      } catch (ModelNotFoundException e) {
        throw References.isBare(reference)
            ? new ModelNotFoundException(e.getMessage() + "; nor is there a file of that name", e)
            : e;
      }
    };
  }

  /// Fetches a model as it is at its place now, even if an earlier state of it is here; an embedded
  /// one is placed, and one of Ollama's is left where it lies.
  ///
  /// @return what to open
  /// @throws puna.error.ModelDownloadException when it cannot be fetched
  /// @throws ModelNotFoundException when there is no such model
  public Path pull(String reference, TransferProgress progress) {
    return findEmbedded(reference, progress)
        .or(() ->
            OllamaName.isMeant(reference) ? found.find(reference, progress) : Optional.empty())
        .or(() -> ModelReference.parse(reference).map(model -> pulled.pull(model, progress)))
        .orElseThrow(() -> unknown(reference));
  }

  /// Deletes what was fetched or placed for a reference. Files of the user's own are never touched.
  ///
  /// @return how many bytes that frees
  /// @throws ModelNotFoundException when there is nothing of it
  public long remove(String reference) {
    Optional<EmbeddedModel> embedded = models.find(reference);
    if (embedded.isPresent()) {
      return cached(embedded.get()).remove();
    }
    return ModelReference.parse(reference)
        .map(pulled::remove)
        .orElseThrow(() ->
            new ModelNotFoundException(
                "\"%s\" is nothing that was fetched; 'puna models' lists what was, other files are yours to delete"
                    .formatted(FileText.line(reference))));
  }

  /// What lies in this store, whole or begun, sorted by reference.
  public List<StoredModel> stored() {
    return new StoredModels(models, this::cached, pulled).list();
  }

  /// What other programs have put on this machine and what may be a model, each by the reference
  /// that opens it here.
  public List<FoundModel> found() {
    return found.list();
  }

  /// What the artifact of an embedded model says of a file that was placed, by the names of GGUF's
  /// keys; nothing of any other file. So a placed file is the same model by its path as by its
  /// name.
  public Metadata metadata(Path file) {
    try {
      Path placed = file.toRealPath();
      Path folder = placed.getParent();
      if (folder != null && folder.getFileName() != null) {
        Optional<EmbeddedModel> model = models.find(folder.getFileName().toString());
        if (model.isPresent() && isPlaced(model.get(), placed)) {
          return model.get().metadata();
        }
      }
    } catch (IOException | ModelNotFoundException _) {
      // Whoever opens the file says what is wrong with it; it needs no artifact, damaged or not.
    }
    return new Metadata(file.toString(), Map.of());
  }

  private boolean isPlaced(EmbeddedModel model, Path file) throws IOException {
    CachedFile cached = cached(model);
    return cached.isAsVerified() && Files.isSameFile(cached.file(), file);
  }

  /// The models that are known by name, sorted by it. One whose artifact is damaged is listed with
  /// 0 bytes, and its description says what is wrong.
  public List<ModelListing> list() {
    List<ModelListing> listings = new ArrayList<>();
    for (String name : models.names()) {
      listing(name).ifPresent(listings::add);
    }
    return List.copyOf(listings);
  }

  private Optional<ModelListing> listing(String name) {
    try {
      return models.find(name).map(this::listing);
    } catch (ModelNotFoundException e) {
      // One damaged artifact must not hide the others.
      return Optional.of(
          new ModelListing(
              name, "cannot be used: " + e.getMessage(), 0, "unknown", Optional.empty()));
    }
  }

  private ModelListing listing(EmbeddedModel model) {
    CachedFile cached = cached(model);
    return new ModelListing(
        model.name(),
        model.description(),
        model.bytes(),
        model.license(),
        cached.isAsVerified() ? Optional.of(cached.file()) : Optional.empty());
  }

  private Path place(EmbeddedModel model, TransferProgress progress) {
    CachedFile cached = cached(model);
    if (cached.isAsVerified()) {
      return cached.file();
    }
    try {
      new Placement(cached, models.content(model), progress).run();
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw interrupted(model, "it was being placed", e);
    } catch (IOException e) {
      throw new ModelNotFoundException(
          "model %s cannot be placed in %s: %s; make room there, or set PUNA_HOME to a folder that can be written"
              .formatted(model.name(), cached.file().getParent(), reason(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(model, "another thread placed it", e);
    }
    return cached.file();
  }

  private static ModelInterruptedException interrupted(
      EmbeddedModel model, String meanwhile, Exception cause) {
    return new ModelInterruptedException(
        "model %s: the thread was interrupted while %s".formatted(model.name(), meanwhile), cause);
  }

  private CachedFile cached(EmbeddedModel model) {
    Path folder = home().resolve("models").resolve(model.name());
    return new CachedFile(folder.resolve(model.file()), model);
  }

  private ModelNotFoundException unknown(String reference) {
    return new ModelNotFoundException(
        "\"%s\" is neither a file nor the name of a known model; %s"
            .formatted(reference, FileNames.fault(reference).orElseGet(this::known)));
  }

  private String known() {
    Set<String> names = models.names();
    return names.isEmpty()
        ? "no model is on the %s, add the artifact of one, such as puna:puna-model-smollm2-135m, or give the path of a GGUF file"
            .formatted(EmbeddedModels.places())
        : "give the path of a GGUF file or one of: " + String.join(", ", names);
  }

  private static Optional<Path> path(String reference) {
    try {
      return reference.isBlank() ? Optional.empty() : Optional.of(Path.of(reference));
    } catch (InvalidPathException e) {
      // Some names are no paths on this platform; they may still be asked for.
      return Optional.empty();
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case NoSuchFileException missing ->
          "the folder " + missing.getFile() + " does not exist and cannot be made";
      case FileSystemException system when system.getReason() != null ->
          system.getFile() + ": " + system.getReason();
      case FileSystemException system -> system.getClass().getSimpleName() + " " + system.getFile();
      default -> String.valueOf(e.getMessage());
    };
  }
}
