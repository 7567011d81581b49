package puna.model;

import java.io.IOException;
import java.nio.file.Path;
import puna.checkpoint.Checkpoint;

/// The tiny mixtures of experts, for tests of other packages.
public final class MixtureFixtures {
  private MixtureFixtures() {}

  /// A model as a folder of Hugging Face's kind.
  public static Checkpoint open(String model, Path temp) throws IOException {
    return new MixtureFixture(model).open(temp, "config.json");
  }
}
