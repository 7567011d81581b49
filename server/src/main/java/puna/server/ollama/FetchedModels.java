package puna.server.ollama;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import puna.LibraryModel;
import puna.LlamaOptions;
import puna.ModelLibrary;
import puna.ModelSource;
import puna.PullProgress;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// The models that clients may fetch, and those that were fetched. Thread-safe.
///
/// Only repositories of the hub: a client that names an address would choose what this machine
/// connects to.
final class FetchedModels {
  private static final String HUB = "hf.co/";
  private static final Pattern HOST = Pattern.compile("(?i)^(?:hf\\.co|huggingface\\.co)/");
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*(?:[:@][^:@\\s]+){0,2}");

  private final ModelLibrary library;
  private final Models models;
  private final LlamaOptions options;

  /// Fetched models are opened as the first one that the server was started with.
  FetchedModels(ModelLibrary library, Models models) {
    this.library = library;
    this.models = models;
    options =
        models.list().stream()
            .findFirst()
            .map(ServedModel::options)
            .orElseGet(LlamaOptions::defaults);
  }

  /// Offers all that were fetched, but for those of which something is missing.
  void offer() {
    library.list().stream()
        .filter(model -> model.reference().startsWith(HUB) && model.missingBytes() == 0)
        .forEach(model -> offer(model.reference(), model.path()));
  }

  private void offer(String reference, Path path) {
    ServedModel model = ServedModel.of(reference, ModelSource.file(path), options);
    if (!models.add(model)) {
      boolean isElsewhere =
          models.list().stream()
              .anyMatch(
                  other -> other.id().equals(reference) && !other.source().equals(model.source()));
      if (isElsewhere && models.remove(reference)) {
        boolean _ = models.add(model); // its file has another name now
      }
    }
  }

  /// The reference that a name means; empty where it means no repository of the hub.
  static Optional<String> reference(String name) {
    String repository = HOST.matcher(ModelJson.untagged(name.strip())).replaceFirst("");
    return REPOSITORY.matcher(repository).matches()
        ? Optional.of(HUB + repository)
        : Optional.empty();
  }

  /// Fetches a model, and offers it from then on. An interrupt ends it.
  void pull(String reference, Consumer<PullProgress> progress) {
    offer(reference, library.pull(reference, progress));
  }

  /// Offers what was fetched by that name no longer, and deletes it where no copy of it is served.
  ///
  /// @return false when nothing was
  boolean remove(String name) {
    Optional<LibraryModel> model = reference(name).flatMap(asked -> known(asked));
    if (model.isEmpty()) {
      return false;
    }
    boolean _ = models.remove(model.get().reference());
    deleteUnlessServed(model.get());
    return true;
  }

  /// Deletes the file of a model that was removed, if it was fetched and is served by no other
  /// name.
  void forget(ServedModel removed) {
    library.list().stream()
        .filter(
            model -> model.reference().startsWith(HUB) && source(model).equals(removed.source()))
        .forEach(this::deleteUnlessServed);
  }

  private void deleteUnlessServed(LibraryModel model) {
    if (models.list().stream().noneMatch(other -> other.source().equals(source(model)))) {
      long _ = library.remove(model.reference());
    }
  }

  private static ModelSource source(LibraryModel model) {
    return ModelSource.file(model.path());
  }

  private Optional<LibraryModel> known(String reference) {
    List<LibraryModel> all = library.list();
    return all.stream()
        .filter(model ->
            model.reference().toLowerCase(Locale.ROOT).equals(reference.toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
