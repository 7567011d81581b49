package puna.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import puna.error.ModelNotFoundException;
import puna.hub.ModelReference.InRepository;
import puna.hub.found.FoundFile;
import puna.hub.found.HuggingFaceCache;
import puna.hub.found.LlamaCppCache;
import puna.hub.found.LmStudioFolder;
import puna.hub.found.OllamaName;
import puna.hub.found.OllamaStore;
import puna.hub.found.RepositoryFolder;
import puna.hub.net.RemoteFile;
import puna.hub.net.Repository;
import puna.settings.ProgramFolders;

/// The models of other programs on this machine, opened where they lie. Nothing is written there.
final class FoundModels implements ModelFinder {
  private static final Pattern PART = Pattern.compile(".+-\\d{5}-of-(\\d{5})\\.safetensors");

  private final List<RepositoryFolder> folders;
  private final List<LlamaCppCache> llamaCpp;
  private final List<OllamaStore> ollama;

  FoundModels(ProgramFolders programs) {
    llamaCpp = programs.llamaCpp().stream().map(LlamaCppCache::new).toList();
    ollama = programs.ollama().stream().map(OllamaStore::new).toList();
    folders =
        Stream.<Stream<? extends RepositoryFolder>>of(
                programs.huggingFace().stream().map(HuggingFaceCache::new),
                programs.lmStudio().stream().map(LmStudioFolder::new),
                llamaCpp.stream())
            .<RepositoryFolder>flatMap(some -> some)
            .toList();
  }

  /// @throws ModelNotFoundException for a name of Ollama's alone, where its store has it not, or
  ///   broken; whatever else is not whole here can be fetched
  @Override
  public Optional<Path> find(String text, TransferProgress progress) {
    return OllamaName.isMeant(text)
        ? Optional.of(OllamaStore.require(ollama, text))
        : ModelReference.parse(text).flatMap(this::find);
  }

  private Optional<Path> find(ModelReference reference) {
    if (!(reference instanceof InRepository repository)) {
      return Optional.empty();
    }
    for (RepositoryFolder folder : folders) {
      Optional<Path> found = choose(folder, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    return findInOllama(repository);
  }

  private static Optional<Path> choose(RepositoryFolder folder, InRepository reference) {
    List<FoundFile> files = folder.files(repository(reference));
    if (files.isEmpty()) {
      return Optional.empty();
    }
    try {
      return path(folder, reference, FileChoice.of(reference, remote(files)), files);
    } catch (ModelNotFoundException _) {
      return Optional.empty(); // the hub may have what is missing here
    }
  }

  private static Repository repository(InRepository reference) {
    return new Repository(reference.user(), reference.name(), reference.revision());
  }

  /// Files here in the words of the choice; they have no address but their path.
  private static List<RemoteFile> remote(List<FoundFile> files) {
    return files.stream()
        .map(file ->
            new RemoteFile(
                file.file().toUri(),
                file.path(),
                new RemoteFile.Content(file.bytes(), Optional.empty(), Optional.empty())))
        .toList();
  }

  /// What to open for a choice; empty where files of it are missing.
  private static Optional<Path> path(
      RepositoryFolder folder, InRepository reference, FileChoice choice, List<FoundFile> files) {
    if (choice.open().isEmpty()) {
      return folder.folder(repository(reference)).filter(_ -> isWhole(choice));
    }
    return files.stream()
        .filter(file -> file.path().equals(choice.open()))
        .map(FoundFile::file)
        .findFirst();
  }

  /// Whether a folder of safetensors has all parts and a tokenizer: other programs fetch single
  /// files too.
  private static boolean isWhole(FileChoice choice) {
    List<String> names = choice.files().stream().map(RemoteFile::path).toList();
    List<Matcher> parts = names.stream().map(PART::matcher).filter(Matcher::matches).toList();
    boolean hasParts =
        parts.isEmpty()
            ? names.stream().noneMatch(name -> name.endsWith(".safetensors.index.json"))
            : parts.stream().allMatch(part -> Integer.parseInt(part.group(1)) == parts.size());
    return hasParts && (names.contains("tokenizer.json") || names.contains("tokenizer.model"));
  }

  private Optional<Path> findInOllama(InRepository reference) {
    if (reference.file().isPresent() || !reference.revision().equals(Repository.MAIN)) {
      return Optional.empty();
    }
    return OllamaName.ofHub(reference.user(), reference.name(), reference.quant())
        .flatMap(name ->
            ollama.stream()
                .flatMap(store ->
                    store.manifest(name).flatMap(manifest -> open(store, manifest)).stream())
                .findFirst());
  }

  private static Optional<Path> open(OllamaStore store, Path manifest) {
    try {
      return Optional.of(store.open(manifest));
    } catch (ModelNotFoundException _) {
      return Optional.empty();
    }
  }

  /// Everything that other programs have and that may be a model, each file once.
  List<FoundModel> list() {
    List<FoundModel> models = new ArrayList<>();
    for (RepositoryFolder folder : folders) {
      for (Repository repository : folder.repositories()) {
        models.addAll(list(folder, repository));
      }
    }
    for (LlamaCppCache cache : llamaCpp) {
      for (FoundFile file : cache.files()) {
        models.add(
            new FoundModel(
                file.file().toString(), file.file(), file.path(), file.bytes(), cache.program()));
      }
    }
    for (OllamaStore store : ollama) {
      for (OllamaStore.Model model : store.models()) {
        open(store, model.manifest()).map(blob -> found(model, blob)).ifPresent(models::add);
      }
    }
    Set<Path> seen = new HashSet<>();
    return models.stream().filter(model -> seen.add(model.path())).toList();
  }

  private FoundModel found(OllamaStore.Model model, Path blob) {
    String reference = opens(model.reference(), blob) ? model.reference() : blob.toString();
    return new FoundModel(reference, blob, model.reference(), size(blob), OllamaStore.program());
  }

  private boolean opens(String reference, Path blob) {
    try {
      return OllamaStore.require(ollama, reference).equals(blob);
    } catch (ModelNotFoundException _) {
      return false; // another store has it first, and broken
    }
  }

  private List<FoundModel> list(RepositoryFolder folder, Repository repository) {
    InRepository all = reference(repository, Optional.empty(), Optional.empty());
    List<FoundFile> files = folder.files(repository);
    List<FoundModel> models = new ArrayList<>();
    for (FileChoice choice : FileChoice.every(all, remote(files))) {
      Optional<Path> path = path(folder, all, choice, files);
      if (path.isPresent()) {
        String name = choice.open().isEmpty() ? repository.name() : choice.open();
        models.add(
            new FoundModel(
                reference(repository, choice, path.get()),
                path.get(),
                name,
                choice.files().stream().mapToLong(RemoteFile::bytes).sum(),
                folder.program()));
      }
    }
    return models;
  }

  /// The shortest reference that opens a file, which is its path where another one comes first.
  private String reference(Repository repository, FileChoice choice, Path path) {
    Optional<String> quant = FileChoice.quantization(choice.open());
    Optional<String> file = Optional.of(choice.open()).filter(name -> !name.isEmpty());
    return Stream.of(
            reference(repository, quant, Optional.empty()),
            reference(repository, Optional.empty(), file))
        .filter(reference -> find(reference).filter(path::equals).isPresent())
        .map(InRepository::text)
        .findFirst()
        .orElse(path.toString());
  }

  private static InRepository reference(
      Repository repository, Optional<String> quant, Optional<String> file) {
    return new InRepository(
        repository.user(), repository.name(), repository.revision(), quant, file);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0;
    }
  }
}
