package puna;

import java.nio.file.Path;
import puna.hub.ModelStore;

/// The embedded model, placed once in the build folder for all tests.
public final class EmbeddedModel {
  private EmbeddedModel() {}

  public static Path path() {
    return new ModelStore(Path.of("target", "puna-home")).resolve(ModelStore.DEFAULT_MODEL);
  }
}
