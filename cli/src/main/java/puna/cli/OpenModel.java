package puna.cli;

import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;

/// A model opened for one command, with progress where somebody watches.
final class OpenModel {
  private static final long STEPS = 1000;

  private OpenModel() {}

  static Llama open(Console console, ModelOption model, EngineOptions engine) {
    try (Progress progress = new Progress(console)) {
      LlamaOptions options =
          LlamaOptions.defaults()
              .withKvPrecision(engine.kvPrecision())
              .withBatchInvariance(engine.batchInvariance())
              .withWeightMemory(engine.weightMemory());
      options = engine.tier().map(options::withTier).orElse(options);
      options = engine.threads().map(options::withThreads).orElse(options);
      options = engine.context().map(options::withContextLength).orElse(options);
      return Llama.open(
          ModelSource.of(model.reference()),
          options,
          fraction -> progress.update("loading", Math.round(fraction * STEPS), STEPS));
    }
  }
}
