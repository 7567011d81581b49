package puna;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How a model is opened. What is not set is chosen for the model and the machine.
public final class LlamaOptions {
  /// The largest context unless a length is asked for.
  public static final int DEFAULT_CONTEXT_LIMIT = 8192;

  static final int DEFAULT_MAX_CONCURRENT = 16;
  static final int DEFAULT_BATCH_TOKENS = 512;

  private static final Option<Integer> CONTEXT_LENGTH = Option.integer("contextLength", 1);
  private static final Option<Integer> THREADS = Option.integer("threads", 1);
  private static final Option<KvPrecision> KV_PRECISION =
      Option.oneOf("kvPrecision", KvPrecision.class);
  private static final Option<KernelTier> TIER = Option.oneOf("tier", KernelTier.class);
  private static final Option<Integer> MAX_CONCURRENT = Option.integer("maxConcurrent", 1);
  private static final Option<Integer> BATCH_TOKENS = Option.integer("batchTokens", 1);
  private static final Option<BatchInvariance> BATCH_INVARIANCE =
      Option.oneOf("batchInvariance", BatchInvariance.class);
  private static final Option<WeightMemory> WEIGHT_MEMORY =
      Option.oneOf("weightMemory", WeightMemory.class);
  private static final List<Option<?>> ALL =
      List.of(
          CONTEXT_LENGTH,
          THREADS,
          KV_PRECISION,
          TIER,
          MAX_CONCURRENT,
          BATCH_TOKENS,
          BATCH_INVARIANCE,
          WEIGHT_MEMORY);

  private final OptionValues values;

  private LlamaOptions(OptionValues values) {
    this.values = values;
  }

  /// Nothing is set.
  public static LlamaOptions defaults() {
    return new LlamaOptions(OptionValues.none());
  }

  private <T> LlamaOptions with(Option<T> option, T value) {
    return new LlamaOptions(values.with(option, value));
  }

  /// Positions that a prompt and its answer may take, at least 1. Memory is taken as they fill.
  /// Unset: what the model was trained for, but at most `DEFAULT_CONTEXT_LIMIT`.
  public LlamaOptions withContextLength(int value) {
    return with(CONTEXT_LENGTH, value);
  }

  /// Threads that compute, at least 1. Unset: one on each core.
  public LlamaOptions withThreads(int value) {
    return with(THREADS, value);
  }

  /// The number format of cached keys and values. Unset: `F16`.
  public LlamaOptions withKvPrecision(KvPrecision value) {
    return with(KV_PRECISION, value);
  }

  /// The fastest kernel tier that may be used. Unset: the best there is.
  public LlamaOptions withTier(KernelTier value) {
    return with(TIER, value);
  }

  /// How many answers share a step, at least 1; more wait their turn. They share the memory of one
  /// context, and those that no longer fit are put back and go on later. Unset: 16.
  public LlamaOptions withMaxConcurrent(int value) {
    return with(MAX_CONCURRENT, value);
  }

  /// The most tokens in one step, at least 1. Unset: 512.
  public LlamaOptions withBatchTokens(int value) {
    return with(BATCH_TOKENS, value);
  }

  /// Whether a seed gives the same text alone and among others. Unset: `OFF`.
  public LlamaOptions withBatchInvariance(BatchInvariance value) {
    return with(BATCH_INVARIANCE, value);
  }

  /// Where weights lie that are used as the file has them. Unset: `OWN`.
  public LlamaOptions withWeightMemory(WeightMemory value) {
    return with(WEIGHT_MEMORY, value);
  }

  public OptionalInt contextLength() {
    return number(CONTEXT_LENGTH);
  }

  public OptionalInt threads() {
    return number(THREADS);
  }

  public Optional<KvPrecision> kvPrecision() {
    return values.get(KV_PRECISION);
  }

  public Optional<KernelTier> tier() {
    return values.get(TIER);
  }

  public OptionalInt maxConcurrent() {
    return number(MAX_CONCURRENT);
  }

  public OptionalInt batchTokens() {
    return number(BATCH_TOKENS);
  }

  public Optional<BatchInvariance> batchInvariance() {
    return values.get(BATCH_INVARIANCE);
  }

  public Optional<WeightMemory> weightMemory() {
    return values.get(WEIGHT_MEMORY);
  }

  private OptionalInt number(Option<Integer> option) {
    return values.get(option).stream().mapToInt(value -> value).findFirst();
  }

  /// The options that are set: `context_length`, `threads`, `kv_precision`, `tier`,
  /// `max_concurrent`, `batch_tokens`, `batch_invariance`, `weight_memory`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from a JSON object.
  ///
  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
  public static LlamaOptions fromJson(JsonObject json) {
    return new LlamaOptions(OptionValues.fromJson(json, ALL));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LlamaOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "LlamaOptions" + values;
  }
}
