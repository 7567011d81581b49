package puna;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import puna.hub.FoundModel;
import puna.hub.StoredModel;

/// A model whose files lie on this machine.
public final class LibraryModel {
  private final StoredModel model;
  private final Optional<String> architecture;

  LibraryModel(StoredModel model) {
    this(model, Optional.empty());
  }

  private LibraryModel(StoredModel model, Optional<String> architecture) {
    this.model = model;
    this.architecture = architecture;
  }

  static LibraryModel of(FoundModel found, String type, String architecture) {
    return new LibraryModel(
        new StoredModel(
            found.reference(),
            found.bytes(),
            0,
            type,
            found.program(),
            Optional.empty(),
            found.path()),
        Optional.of(architecture));
  }

  /// What opens it ([ModelSource#of]).
  public String reference() {
    return model.reference();
  }

  /// The size of all its files in bytes.
  public long bytes() {
    return model.bytes();
  }

  /// How many of them are not here yet; 0 once it is whole.
  public long missingBytes() {
    return model.missing();
  }

  /// What its weights are, as far as that is known without opening it: `Q4_K_M`, `safetensors`.
  public String type() {
    return model.type();
  }

  /// Where it came from, or which program has put it there: for people.
  public String from() {
    return model.from();
  }

  /// When it was fetched or opened last; empty where that is not known.
  public Optional<Instant> lastUsed() {
    return model.lastUsed();
  }

  /// Its file, of a split model the first one, or its folder.
  public Path path() {
    return model.path();
  }

  /// The architecture that its file names, such as `llama`; empty where it was not looked at.
  public Optional<String> architecture() {
    return architecture;
  }

  @Override
  public String toString() {
    return "LibraryModel[%s, %s bytes]".formatted(reference(), bytes());
  }
}
