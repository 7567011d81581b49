package puna.cli.command;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.BatchInvariance;
import puna.KernelTier;
import puna.KvPrecision;
import puna.LlamaOptions;
import puna.WeightMemory;
import puna.WeightType;

/// How a model is run: threads, kernels, context.
public final class EngineOptions {
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
          "Most tokens of prompt and answer together (default: the model's, at most 8192, less where"
              + " memory is short).")
  private @Nullable Integer context;

  @Option(
      names = "--cache-tokens",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "Tokens that the KV cache has room for, of all answers together (default: a context for"
              + " each answer of a batch, in at most half of the free memory).")
  private @Nullable Integer cacheTokens;

  @Option(
      names = "--overflow",
      paramLabel = "BYTES",
      converter = Numbers.Bytes.class,
      description =
          "How much is kept beside the KV cache of what it has no more room for, such as 512M; 0"
              + " keeps nothing (default: as much as the cache, at most 256M and a quarter of what"
              + " is left).")
  private @Nullable Long overflow;

  @Option(
      names = "--cache-folder",
      paramLabel = "FOLDER",
      description =
          "Where known beginnings are kept from one run to the next: read at the start, written at"
              + " the end (default: nowhere).")
  private @Nullable Path cacheFolder;

  @Option(
      names = "--cache-folder-size",
      paramLabel = "BYTES",
      converter = Numbers.PositiveBytes.class,
      description = "The most that the files of --cache-folder take, such as 4G (default: 1G).")
  private @Nullable Long cacheFolderBytes;

  @Option(
      names = "--kv-type",
      paramLabel = "TYPE",
      description = "Number format of the KV cache: f16, f32, q8_0 or q4_0 (default: f16).")
  private KvPrecision kvPrecision = KvPrecision.F16;

  @Option(
      names = {"-ctk", "--cache-type-k"},
      paramLabel = "TYPE",
      description = "Number format of the KV cache's keys (default: that of --kv-type).")
  private @Nullable KvPrecision keyPrecision;

  @Option(
      names = {"-ctv", "--cache-type-v"},
      paramLabel = "TYPE",
      description = "Number format of the KV cache's values (default: that of --kv-type).")
  private @Nullable KvPrecision valuePrecision;

  @Option(
      names = {"-md", "--model-draft", "--draft"},
      paramLabel = "MODEL",
      description =
          "A smaller model of the same vocabulary, which guesses for --speculate draft (default:"
              + " none).")
  private @Nullable String draft;

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      description =
          "Where the vector and scalar tiers keep weights: own, memory of their own, or mapped, the"
              + " mapped file, which then must stay as it is (default: own, but experts that do not"
              + " fit in memory mapped, on every tier).")
  private @Nullable WeightMemory weightMemory;

  @Option(
      names = "--as",
      paramLabel = "TYPE",
      description =
          "Convert weights to this type while they are loaded: q4_0, q4_k, q8_0 … (default: as the"
              + " file has them).")
  private @Nullable WeightType weightType;

  @Option(
      names = "--deterministic",
      description = "The same seed gives the same text whatever else is computed; slower.")
  private boolean deterministic;

  public Optional<Integer> threads() {
    return Optional.ofNullable(threads);
  }

  Optional<KernelTier> tier() {
    return Optional.ofNullable(tier);
  }

  /// The tier by the name that its provider has.
  public Optional<String> tierName() {
    return tier().map(known -> known.name().toLowerCase(Locale.ROOT));
  }

  Optional<Integer> context() {
    return Optional.ofNullable(context);
  }

  /// How a model is opened.
  public LlamaOptions llamaOptions() {
    LlamaOptions options =
        LlamaOptions.defaults()
            .withKeyPrecision(keyPrecision())
            .withValuePrecision(valuePrecision())
            .withBatchInvariance(batchInvariance());
    options = Optional.ofNullable(weightMemory).map(options::withWeightMemory).orElse(options);
    options = tier().map(options::withTier).orElse(options);
    options = Optional.ofNullable(draft).map(options::withDraft).orElse(options);
    options = Optional.ofNullable(weightType).map(options::withWeightType).orElse(options);
    options = threads().map(options::withThreads).orElse(options);
    options = context().map(options::withContextLength).orElse(options);
    options = Optional.ofNullable(overflow).map(options::withOverflowBytes).orElse(options);
    options = Optional.ofNullable(cacheFolder).map(options::withCacheFolder).orElse(options);
    options =
        Optional.ofNullable(cacheFolderBytes).map(options::withCacheFolderBytes).orElse(options);
    return Optional.ofNullable(cacheTokens).map(options::withCacheTokens).orElse(options);
  }

  BatchInvariance batchInvariance() {
    return deterministic ? BatchInvariance.ON : BatchInvariance.OFF;
  }

  public WeightMemory weightMemory() {
    return weightMemory == null ? WeightMemory.OWN : weightMemory;
  }

  public KvPrecision keyPrecision() {
    return keyPrecision == null ? kvPrecision : keyPrecision;
  }

  public KvPrecision valuePrecision() {
    return valuePrecision == null ? kvPrecision : valuePrecision;
  }

  /// The number format of the KV cache, or those of its keys and of its values.
  public String kvTypes() {
    return keyPrecision() == valuePrecision()
        ? keyPrecision().name()
        : keyPrecision() + "/" + valuePrecision();
  }
}
