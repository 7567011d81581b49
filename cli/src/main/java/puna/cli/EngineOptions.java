package puna.cli;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.BatchInvariance;
import puna.KernelTier;
import puna.KvPrecision;
import puna.WeightMemory;

/// How a model is run: threads, kernels, context.
final class EngineOptions {
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Threads that compute (default: one a core).")
  private @Nullable Integer threads;

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description =
          "The fastest kernels to use: x64, vector or scalar (default: the fastest here).")
  private @Nullable KernelTier tier;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Most tokens of prompt and answer together (default: the model's, at most 8192).")
  private @Nullable Integer context;

  @Option(
      names = "--kv-type",
      paramLabel = "TYPE",
      description = "Number format of the KV cache: f16, f32 or q8_0 (default: f16).")
  private KvPrecision kvPrecision = KvPrecision.F16;

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      description =
          "Where the vector and scalar tiers keep weights: own, memory of their own, or mapped, the"
              + " mapped file, which then must stay as it is (default: own).")
  private WeightMemory weightMemory = WeightMemory.OWN;

  @Option(
      names = "--deterministic",
      description = "The same seed gives the same text whatever else is computed; slower.")
  private boolean deterministic;

  Optional<Integer> threads() {
    return Optional.ofNullable(threads);
  }

  Optional<KernelTier> tier() {
    return Optional.ofNullable(tier);
  }

  /// The tier by the name that its provider has.
  Optional<String> tierName() {
    return tier().map(known -> known.name().toLowerCase(Locale.ROOT));
  }

  Optional<Integer> context() {
    return Optional.ofNullable(context);
  }

  BatchInvariance batchInvariance() {
    return deterministic ? BatchInvariance.ON : BatchInvariance.OFF;
  }

  WeightMemory weightMemory() {
    return weightMemory;
  }

  KvPrecision kvPrecision() {
    return kvPrecision;
  }
}
