package puna.cli;

import puna.Llama;
import puna.ModelSource;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ModelOption;
import puna.cli.command.Progress;

/// A model opened for one command, with progress where somebody watches.
final class OpenModel {
  private static final long STEPS = 1000;

  private OpenModel() {}

  static Llama open(Console console, ModelOption model, EngineOptions engine) {
    ModelSource source = ModelSource.file(model.file(console));
    try (Progress progress = new Progress(console)) {
      return Llama.open(
          source,
          engine.llamaOptions(),
          fraction -> progress.update("loading", Math.round(fraction * STEPS), STEPS));
    }
  }
}
