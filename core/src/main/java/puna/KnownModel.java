package puna;

import java.nio.file.Path;
import java.util.Optional;
import puna.hub.ModelListing;

/// A model that is known by name.
public final class KnownModel {
  private final ModelListing listing;

  KnownModel(ModelListing listing) {
    this.listing = listing;
  }

  public String name() {
    return listing.name();
  }

  public String description() {
    return listing.description();
  }

  /// The size of its file.
  public long bytes() {
    return listing.bytes();
  }

  /// Its licence by SPDX identifier, or `unknown`.
  public String license() {
    return listing.license();
  }

  /// Its verified file in the cache folder, once it has been used.
  public Optional<Path> cached() {
    return listing.cached();
  }

  @Override
  public String toString() {
    return "KnownModel[%s, %s]".formatted(name(), description());
  }
}
