package puna.cli;

import puna.Llama;
import puna.LlamaOptions;

/// A model opened for one command, with progress where somebody watches.
final class OpenModel {
  private static final long STEPS = 1000;

  private OpenModel() {}

  static Llama open(Console console, ModelOption model, EngineOptions engine) {
    try (Progress progress = new Progress(console)) {
      LlamaOptions options =
          LlamaOptions.of(model.reference())
              .withKvPrecision(engine.kvPrecision())
              .withTier(engine.tier().orElse(""))
              .withThreads(engine.threads().orElse(0))
              .withDeterminism(engine.determinism())
              .withContextLength(engine.context().orElse(0))
              .withWeightMemory(engine.weightMemory())
              .withProgress(
                  fraction -> progress.update("loading", Math.round(fraction * STEPS), STEPS));
      return Llama.open(options);
    }
  }
}
