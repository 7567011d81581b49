package puna.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.hub.ModelStore;

/// `--model`: which model a command works on.
public final class ModelOption {
  public static final String OFFLINE = "--offline";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A GGUF file, a name that 'puna models' lists, or a model to fetch, such as"
              + " hf.co/USER/REPOSITORY:Q4_K_M, or ollama:NAME for what Ollama has pulled (default: "
              + ModelStore.DEFAULT_MODEL
              + ", which comes with Puna).")
  private @Nullable String model;

  @Option(names = OFFLINE, description = "Fetch nothing: use what is on this machine.")
  private boolean offline;

  public String reference() {
    return model == null ? ModelStore.DEFAULT_MODEL : model;
  }

  public boolean isGiven() {
    return model != null;
  }

  /// The file of the model, placed in the cache folder or fetched first if need be.
  public Path file(Console console) {
    return file(console, reference());
  }

  /// The file of another model, under the same option.
  public Path file(Console console, String reference) {
    return Fetching.resolve(console, offline ? offlineStore() : ModelStore.standard(), reference);
  }

  public static ModelStore offlineStore() {
    return ModelStore.standard().offline(OFFLINE);
  }
}
