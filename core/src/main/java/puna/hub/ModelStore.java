package puna.hub;

import java.nio.file.Path;

/// Model references to files: a path stays itself, the name of an embedded model is placed in the
/// cache folder and verified.
public final class ModelStore {
  private ModelStore() {}

  /// The model that is used when none is named.
  public static final String DEFAULT_MODEL = "smollm2-135m";

  /// The file of a model reference, placed in the cache folder first if need be.
  public static Path resolve(String reference) {
    throw new UnsupportedOperationException("seam");
  }
}
