package puna.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.hub.ModelStore;

/// `--model`: which model a command works on.
final class ModelOption {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A GGUF file, or a name that 'puna models' lists (default: "
              + ModelStore.DEFAULT_MODEL
              + ", which comes with Puna).")
  private @Nullable String model;

  String reference() {
    return model == null ? ModelStore.DEFAULT_MODEL : model;
  }

  boolean isGiven() {
    return model != null;
  }

  /// The file of the model, placed in the cache folder first if need be.
  Path file() {
    return ModelStore.standard().resolve(reference());
  }
}
