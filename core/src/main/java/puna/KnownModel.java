package puna;

import java.nio.file.Path;
import java.util.Optional;
import puna.hub.ModelListing;

/// A model that can be opened by name, because it is on the class path or module path.
public final class KnownModel {
  private final ModelListing listing;

  KnownModel(ModelListing listing) {
    this.listing = listing;
  }

  /// The name to open it by, such as `smollm2-135m`.
  public String name() {
    return listing.name();
  }

  /// One line about the model, for people.
  public String description() {
    return listing.description();
  }

  /// The size of its file in bytes.
  public long bytes() {
    return listing.bytes();
  }

  /// The SPDX identifier of its licence, or `unknown`.
  public String license() {
    return listing.license();
  }

  /// Its file in the cache folder; empty until it is opened for the first time.
  public Optional<Path> cached() {
    return listing.cached();
  }

  @Override
  public String toString() {
    return "KnownModel[%s, %s]".formatted(name(), description());
  }
}
