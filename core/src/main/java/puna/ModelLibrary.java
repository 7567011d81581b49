package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import puna.error.ModelException;
import puna.format.ModelFiles;
import puna.hub.FoundModel;
import puna.hub.ModelStore;
import puna.hub.TransferProgress;
import puna.model.LlamaModel;
import puna.model.synthetic.WeightMix;
import puna.tensor.Metadata;

/// The models on this machine: those that were fetched, and those of other programs. Thread-safe;
/// other processes may use the same one.
///
/// {@snippet :
/// ModelLibrary library = ModelLibrary.standard();
/// library.pull("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF", progress -> System.out.println(progress));
/// try (Llama llama = Llama.open("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF")) {
/// }
/// }
public final class ModelLibrary {
  private static final System.Logger LOGGER = System.getLogger("puna");

  private final ModelStore store;

  ModelLibrary(ModelStore store) {
    this.store = store;
  }

  /// The user's library, from which [ModelSource#of] opens: in the folder that `PUNA_HOME` names,
  /// else in the user's cache folder.
  public static ModelLibrary standard() {
    return new ModelLibrary(ModelStore.standard());
  }

  /// Fetches a model as it is at its place now, or what has changed of it. Waits until it is here;
  /// an interrupt of the thread cancels it, and what has come is kept for the next time.
  ///
  /// @param reference such as `hf.co/USER/REPOSITORY:Q4_K_M`, or an https address
  /// @param progress is told how far it has come, by any thread, one call at a time
  /// @return what to open
  /// @throws puna.error.ModelNotFoundException when there is no such model
  /// @throws puna.error.ModelDownloadException when it cannot be fetched
  /// @throws puna.error.ModelInterruptedException when the thread was interrupted
  public Path pull(String reference, Consumer<PullProgress> progress) {
    requireNonNull(progress, "progress");
    return store.pull(requireNonNull(reference, "reference"), new Told(progress));
  }

  /// Deletes what was fetched for a reference. Files of the user's own and of other programs are
  /// never touched.
  ///
  /// @return how many bytes that frees
  /// @throws puna.error.ModelNotFoundException when nothing was fetched for it
  public long remove(String reference) {
    return store.remove(requireNonNull(reference, "reference"));
  }

  /// What was fetched, whole or begun, sorted by reference.
  public List<LibraryModel> list() {
    return store.stored().stream().map(LibraryModel::new).toList();
  }

  /// What other programs have on this machine and what can be run here: in the caches of Hugging
  /// Face's tools and of llama.cpp, and in the folders of Ollama and LM Studio. Opened where it
  /// lies. What is no model of the family, or is broken, is left out.
  public List<LibraryModel> found() {
    List<LibraryModel> models = new ArrayList<>();
    for (FoundModel model : store.found()) {
      runnable(model).ifPresent(models::add);
    }
    return List.copyOf(models);
  }

  private static Optional<LibraryModel> runnable(FoundModel model) {
    try {
      return ModelFiles.glance(model.path())
          .filter(LlamaModel::isOfFamily)
          .map(metadata ->
              LibraryModel.of(
                  model, type(model, metadata), metadata.requireString("general.architecture")));
    } catch (ModelException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "{0} is not listed: {1}", model.path(), e.getMessage());
      return Optional.empty();
    }
  }

  private static String type(FoundModel model, Metadata metadata) {
    return model
        .quantization()
        .or(() ->
            metadata.values().get("general.file_type") instanceof Long id
                ? WeightMix.nameOf(id)
                : Optional.empty())
        .orElseGet(() -> ModelFiles.format(model.path()).orElseThrow().name());
  }

  /// Joins what is told of the whole and of its files.
  private static final class Told implements TransferProgress {
    private final Consumer<PullProgress> progress;
    private String file = "";
    private Optional<String> sha256 = Optional.empty();
    private long start; // bytes of the files before this one
    private long length;

    Told(Consumer<PullProgress> progress) {
      this.progress = progress;
    }

    @Override
    public synchronized void begin(String path, Optional<String> hash, long bytes) {
      start += length;
      file = path;
      sha256 = hash;
      length = bytes;
    }

    @Override
    public synchronized void report(long done, long total) {
      long of = file.isEmpty() ? total : length; // one that comes with Puna has one file
      progress.accept(
          new PullProgress(
              new PullProgress.Whole(done, total),
              new PullProgress.Part(file, sha256, Math.clamp(done - start, 0, of), of)));
    }
  }
}
