package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.hub.ModelStore;
import puna.tensor.Metadata;

/// Where a model comes from: a file, a known name, or a place to fetch it from.
public final class ModelSource {
  private final Place place;

  /// The kinds of sources.
  private sealed interface Place {}

  private record AFile(Path path) implements Place {}

  private record AName(String name) implements Place {}

  private record Either(String reference) implements Place {}

  private ModelSource(Place place) {
    this.place = place;
  }

  /// A model file, such as a GGUF file; of a split model the first one.
  public static ModelSource file(Path file) {
    return new ModelSource(new AFile(requireNonNull(file, "file")));
  }

  /// A model known by name, such as `smollm2-135m`: one of [#known].
  ///
  /// @throws IllegalArgumentException when the name is blank
  public static ModelSource named(String name) {
    return new ModelSource(new AName(requireSome(name)));
  }

  /// A file's path if there is such a file, else a model's name, else a model to fetch, such as
  /// `hf.co/USER/REPOSITORY:Q4_K_M` or an https address: what people write on a command line.
  ///
  /// What is to be fetched is fetched once, when the model is opened for the first time. The
  /// environment variable `PUNA_OFFLINE` forbids it.
  ///
  /// @throws IllegalArgumentException when the reference is blank
  public static ModelSource of(String reference) {
    return new ModelSource(new Either(requireSome(reference)));
  }

  private static String requireSome(String reference) {
    if (reference.isBlank()) {
      throw new IllegalArgumentException("model must be a path or a model's name, found nothing");
    }
    return reference;
  }

  /// The models that can be opened by name, sorted by name: those whose artifacts are on the class
  /// path or module path. One whose artifact is damaged has 0 bytes, and its description says what
  /// is wrong.
  public static List<KnownModel> known() {
    return ModelStore.standard().list().stream().map(KnownModel::new).toList();
  }

  /// The file; one that is known by name is placed in the user's cache folder first, one of another
  /// machine is fetched.
  ///
  /// @throws puna.error.ModelDownloadException when the model cannot be fetched
  /// @throws puna.error.ModelNotFoundException when there is no such file and no such model
  Path resolve() {
    ModelStore store = ModelStore.standard();
    return switch (place) {
      case AFile(Path path) -> store.requireFile(path);
      case AName(String name) -> store.resolveName(name);
      case Either(String reference) -> store.resolve(reference);
    };
  }

  /// What is known of a file beside what it says itself, by the names of GGUF's keys.
  static Metadata described(Path file) {
    return ModelStore.standard().metadata(file);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelSource source && place.equals(source.place);
  }

  @Override
  public int hashCode() {
    return place.hashCode();
  }

  /// The path or name.
  @Override
  public String toString() {
    return switch (place) {
      case AFile(Path path) -> path.toString();
      case AName(String name) -> name;
      case Either(String reference) -> reference;
    };
  }
}
