package puna;

import static java.util.Objects.requireNonNull;

import java.util.function.DoubleConsumer;

/// How a model is opened.
///
/// @param model a path, or a reference such as `smollm2-135m`
/// @param contextLength positions that a prompt and its answer may take; 0 for what the model was
///   trained for, but at most `DEFAULT_CONTEXT_LIMIT`; memory is taken as the context fills
/// @param threads that compute; 0 for one on each core
/// @param kvPrecision the format of cached keys and values
/// @param tier the fastest kernel tier that may be used (`x64`, `vector`, `scalar`); empty for the
///   best there is
/// @param maxConcurrent how many answers share a step; more wait their turn. They share the memory
///   of one context, and those that no longer fit are put back and go on later
/// @param batchTokens the most tokens in one step
/// @param determinism whether a seed gives the same text alone and among others
/// @param weightMemory where weights lie that are used as the file has them
/// @param progress hears the fraction that is loaded, from 0 to 1, on the opening thread
public record LlamaOptions(
    String model,
    int contextLength,
    int threads,
    KvPrecision kvPrecision,
    String tier,
    int maxConcurrent,
    int batchTokens,
    Determinism determinism,
    WeightMemory weightMemory,
    DoubleConsumer progress) {
  /// The largest context unless a length is asked for.
  public static final int DEFAULT_CONTEXT_LIMIT = 8192;

  /// @throws IllegalArgumentException when a value is out of range
  public LlamaOptions {
    requireNonNull(model, "model");
    requireNonNull(kvPrecision, "kvPrecision");
    requireNonNull(tier, "tier");
    requireNonNull(determinism, "determinism");
    requireNonNull(weightMemory, "weightMemory");
    requireNonNull(progress, "progress");
    if (model.isBlank()) {
      throw new IllegalArgumentException("model must be a path or a model's name, found nothing");
    }
    requireAtLeast("contextLength", 0, contextLength);
    requireAtLeast("threads", 0, threads);
    requireAtLeast("maxConcurrent", 1, maxConcurrent);
    requireAtLeast("batchTokens", 1, batchTokens);
  }

  /// The default options for a model.
  public static LlamaOptions of(String model) {
    return new LlamaOptions(
        model,
        0,
        0,
        KvPrecision.F16,
        "",
        16,
        512,
        Determinism.OFF,
        WeightMemory.OWN,
        fraction -> {});
  }

  public LlamaOptions withModel(String model) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withContextLength(int contextLength) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withThreads(int threads) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withKvPrecision(KvPrecision kvPrecision) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withTier(String tier) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withMaxConcurrent(int maxConcurrent) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withBatchTokens(int batchTokens) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withDeterminism(Determinism determinism) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withWeightMemory(WeightMemory weightMemory) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  public LlamaOptions withProgress(DoubleConsumer progress) {
    return new LlamaOptions(
        model,
        contextLength,
        threads,
        kvPrecision,
        tier,
        maxConcurrent,
        batchTokens,
        determinism,
        weightMemory,
        progress);
  }

  private static void requireAtLeast(String option, int least, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, found %d".formatted(option, least, value));
    }
  }
}
