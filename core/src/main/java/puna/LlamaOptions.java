package puna;

import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.options.Option;
import puna.options.OptionValues;

/// How a model is opened: context window, threads, KV cache, kernels. The default of an option that
/// is not set suits the model and the machine.
///
/// Immutable: each `with…` method returns a copy with one option set. A value out of range is an
/// `IllegalArgumentException` that names the option.
public final class LlamaOptions {
  /// The longest context window, in tokens, where [#withContextLength] is not used.
  public static final int DEFAULT_CONTEXT_LIMIT = 8192;

  /// The most that the files of [#withCacheFolder] take together, where [#withCacheFolderBytes] is
  /// not used: one GiB.
  public static final long DEFAULT_CACHE_FOLDER_BYTES = 1L << 30;

  static final int DEFAULT_MAX_CONCURRENT = 16;
  static final int DEFAULT_BATCH_TOKENS = 512;

  private static final Option<Integer> CONTEXT_LENGTH = Option.integer("contextLength", 1);
  private static final Option<Integer> THREADS = Option.integer("threads", 1);
  private static final Option<KvPrecision> KV_PRECISION =
      Option.oneOf("kvPrecision", KvPrecision.class);
  private static final Option<Integer> CACHE_TOKENS = Option.integer("cacheTokens", 1);
  private static final Option<KvPrecision> KEY_PRECISION =
      Option.oneOf("keyPrecision", KvPrecision.class);
  private static final Option<KvPrecision> VALUE_PRECISION =
      Option.oneOf("valuePrecision", KvPrecision.class);
  private static final Option<KernelTier> TIER = Option.oneOf("tier", KernelTier.class);
  private static final Option<Integer> MAX_CONCURRENT = Option.integer("maxConcurrent", 1);
  private static final Option<Integer> BATCH_TOKENS = Option.integer("batchTokens", 1);
  private static final Option<BatchInvariance> BATCH_INVARIANCE =
      Option.oneOf("batchInvariance", BatchInvariance.class);
  private static final Option<WeightMemory> WEIGHT_MEMORY =
      Option.oneOf("weightMemory", WeightMemory.class);
  private static final Option<WeightType> WEIGHT_TYPE =
      Option.oneOf("weightType", WeightType.class);
  private static final Option<Duration> TOKEN_INTERVAL = Option.time("tokenInterval");
  private static final Option<Integer> MAX_WAITING = Option.integer("maxWaiting", 1);
  private static final Option<Integer> MAX_WAITING_TOKENS = Option.integer("maxWaitingTokens", 1);
  private static final Option<Duration> MAX_WAITING_TIME = Option.time("maxWaitingTime");
  private static final Option<String> DRAFT =
      Option.<String>of("draft", JsonString::new, Option::readText)
          .keeping(LlamaOptions::requireModel);
  private static final Option<Long> OVERFLOW_BYTES = Option.longInteger("overflowBytes", 0);
  private static final Option<Path> CACHE_FOLDER =
      Option.<Path>of(
              "cacheFolder",
              folder -> new JsonString(folder.toString()),
              json -> Path.of(Option.readText(json)))
          .keeping(LlamaOptions::requireFolder);
  private static final Option<Long> CACHE_FOLDER_BYTES = Option.longInteger("cacheFolderBytes", 1);
  private static final List<Option<?>> ALL =
      List.of(
          CONTEXT_LENGTH,
          THREADS,
          CACHE_TOKENS,
          KV_PRECISION,
          KEY_PRECISION,
          VALUE_PRECISION,
          TIER,
          MAX_CONCURRENT,
          BATCH_TOKENS,
          BATCH_INVARIANCE,
          WEIGHT_MEMORY,
          WEIGHT_TYPE,
          TOKEN_INTERVAL,
          MAX_WAITING,
          MAX_WAITING_TOKENS,
          MAX_WAITING_TIME,
          DRAFT,
          OVERFLOW_BYTES,
          CACHE_FOLDER,
          CACHE_FOLDER_BYTES);

  private final OptionValues values;

  private LlamaOptions(OptionValues values) {
    this.values = values;
  }

  /// Options of which none is set.
  public static LlamaOptions defaults() {
    return new LlamaOptions(OptionValues.none());
  }

  private <T> LlamaOptions with(Option<T> option, T value) {
    return new LlamaOptions(values.with(option, value));
  }

  /// The type that matrices are converted to while they are loaded. What makes logits keeps at
  /// least 6 bits; rows that are no whole blocks of the type get a wider one. Default: that of the
  /// file.
  public LlamaOptions withWeightType(WeightType value) {
    return with(WEIGHT_TYPE, value);
  }

  /// The context window: how many tokens a prompt and its answer may have together. Memory is taken
  /// as it fills. Default: what the model was trained for, but at most [#DEFAULT_CONTEXT_LIMIT],
  /// and less where a KV cache for that takes more than half of the memory that weights and steps
  /// leave.
  ///
  /// @param value in tokens, at least 1
  public LlamaOptions withContextLength(int value) {
    return with(CONTEXT_LENGTH, value);
  }

  /// How many tokens the KV cache has room for: those of all answers that are generated at the same
  /// time, and of finished ones whose beginning may come again. Memory is taken as it fills. An
  /// answer that no longer fits is paused and goes on later. Default: a whole context window for
  /// each of [#withMaxConcurrent], as far as that takes at most half of the memory that weights and
  /// steps leave, and never less than one.
  ///
  /// @param value in tokens, at least 1; not below the context window where that is set too
  public LlamaOptions withCacheTokens(int value) {
    return with(CACHE_TOKENS, value);
  }

  /// The number of threads that compute. Default: one on each core.
  ///
  /// @param value at least 1
  public LlamaOptions withThreads(int value) {
    return with(THREADS, value);
  }

  /// The number format of the KV cache; the next two go over it. Default: `F16`.
  public LlamaOptions withKvPrecision(KvPrecision value) {
    return with(KV_PRECISION, value);
  }

  /// The number format of the KV cache's keys. Default: that of [#withKvPrecision].
  public LlamaOptions withKeyPrecision(KvPrecision value) {
    return with(KEY_PRECISION, value);
  }

  /// The number format of the KV cache's values. Default: that of [#withKvPrecision].
  public LlamaOptions withValuePrecision(KvPrecision value) {
    return with(VALUE_PRECISION, value);
  }

  /// The fastest kernel tier that may be used. Default: the fastest that runs here.
  public LlamaOptions withTier(KernelTier value) {
    return with(TIER, value);
  }

  /// How many answers are generated in one batch; further requests wait. All of them share the KV
  /// cache ([#withCacheTokens]). Default: 16.
  ///
  /// @param value at least 1
  public LlamaOptions withMaxConcurrent(int value) {
    return with(MAX_CONCURRENT, value);
  }

  /// The most tokens that one step of the model processes, prompts and answers together (the batch
  /// size of llama.cpp). Default: 512.
  ///
  /// @param value at least 1
  public LlamaOptions withBatchTokens(int value) {
    return with(BATCH_TOKENS, value);
  }

  /// Whether a seed gives the same text alone and in a batch. Default: `OFF`.
  public LlamaOptions withBatchInvariance(BatchInvariance value) {
    return with(BATCH_INVARIANCE, value);
  }

  /// Whether weights are read or mapped. Default: read, but for experts that do not fit.
  public LlamaOptions withWeightMemory(WeightMemory value) {
    return with(WEIGHT_MEMORY, value);
  }

  /// The time between two tokens of an answer that prompts must not lengthen: of a long prompt each
  /// step reads as much as leaves it. Where generating alone takes as long, prompts get a third of
  /// that on top. Default: 50 milliseconds, faster than people read.
  ///
  /// @param value from a millisecond on, in whole milliseconds
  public LlamaOptions withTokenInterval(Duration value) {
    return with(TOKEN_INTERVAL, value.truncatedTo(ChronoUnit.MILLIS));
  }

  /// How many requests may wait for a place in the batch; one more is an `OverloadedException`.
  /// Default: 10,000.
  ///
  /// @param value at least 1
  public LlamaOptions withMaxWaiting(int value) {
    return with(MAX_WAITING, value);
  }

  /// How many tokens waiting prompts may have together; one may always wait. Default: 2²⁶.
  ///
  /// @param value at least 1
  public LlamaOptions withMaxWaitingTokens(int value) {
    return with(MAX_WAITING_TOKENS, value);
  }

  /// How long a request may wait for a place in the batch; then it fails with an
  /// [puna.error.OverloadedException]. Default: as long as it takes.
  ///
  /// @param value from a millisecond on, in whole milliseconds
  public LlamaOptions withMaxWaitingTime(Duration value) {
    return with(MAX_WAITING_TIME, value.truncatedTo(ChronoUnit.MILLIS));
  }

  /// A smaller model of the same vocabulary, which guesses the next tokens of answers that ask for
  /// it ([Speculation#DRAFT_MODEL]), with a KV cache of its own. Default: none.
  ///
  /// @param value a path, or the name of a known model; not blank
  public LlamaOptions withDraft(String value) {
    return with(DRAFT, value);
  }

  /// How much is kept beside the KV cache of known beginnings, and of paused answers, for which it
  /// has no room any more: they are copied back where that is faster than computing them again.
  /// Memory is taken as it fills. Default: as much as the KV cache, but at most 256 MiB and a
  /// quarter of the memory that is left.
  ///
  /// @param value from 0, which keeps nothing
  public LlamaOptions withOverflowBytes(long value) {
    return with(OVERFLOW_BYTES, value);
  }

  /// A folder in which cached prefixes survive a restart: what was used last is written when the
  /// model is closed ([Llama#saveCache] does it at any time), and read when it is opened again. A
  /// file that is broken or of another model is a warning. Whoever may write there decides what the
  /// model takes for its own memory. Default: none.
  public LlamaOptions withCacheFolder(Path value) {
    return with(CACHE_FOLDER, value);
  }

  /// The most that the cache folder's files take. Default: [#DEFAULT_CACHE_FOLDER_BYTES].
  ///
  /// @param value at least 1
  public LlamaOptions withCacheFolderBytes(long value) {
    return with(CACHE_FOLDER_BYTES, value);
  }

  /// The context window in tokens; empty when unset.
  public OptionalInt contextLength() {
    return number(CONTEXT_LENGTH);
  }

  /// How many tokens the KV cache has room for; empty when unset.
  public OptionalInt cacheTokens() {
    return number(CACHE_TOKENS);
  }

  /// The number of threads; empty when unset.
  public OptionalInt threads() {
    return number(THREADS);
  }

  /// The number format of the KV cache; empty when unset.
  public Optional<KvPrecision> kvPrecision() {
    return values.get(KV_PRECISION);
  }

  /// The number format of the KV cache's keys; empty when unset.
  public Optional<KvPrecision> keyPrecision() {
    return values.get(KEY_PRECISION);
  }

  /// The number format of the KV cache's values; empty when unset.
  public Optional<KvPrecision> valuePrecision() {
    return values.get(VALUE_PRECISION);
  }

  /// The fastest kernel tier that may be used; empty when unset.
  public Optional<KernelTier> tier() {
    return values.get(TIER);
  }

  /// How many answers are generated in one batch; empty when unset.
  public OptionalInt maxConcurrent() {
    return number(MAX_CONCURRENT);
  }

  /// The most tokens of one step; empty when unset.
  public OptionalInt batchTokens() {
    return number(BATCH_TOKENS);
  }

  /// Whether answers are batch-invariant; empty when unset.
  public Optional<BatchInvariance> batchInvariance() {
    return values.get(BATCH_INVARIANCE);
  }

  /// The type that matrices are converted to; empty when unset.
  public Optional<WeightType> weightType() {
    return values.get(WEIGHT_TYPE);
  }

  /// Whether weights are read or mapped; empty when unset.
  public Optional<WeightMemory> weightMemory() {
    return values.get(WEIGHT_MEMORY);
  }

  /// The time between two tokens that prompts must not lengthen; empty when unset.
  public Optional<Duration> tokenInterval() {
    return values.get(TOKEN_INTERVAL);
  }

  /// How many requests may wait; empty when unset.
  public OptionalInt maxWaiting() {
    return number(MAX_WAITING);
  }

  /// How many tokens the prompts that wait may have; empty when unset.
  public OptionalInt maxWaitingTokens() {
    return number(MAX_WAITING_TOKENS);
  }

  /// How long a request may wait; empty when unset.
  public Optional<Duration> maxWaitingTime() {
    return values.get(MAX_WAITING_TIME);
  }

  /// The model that guesses the next tokens; empty when unset.
  public Optional<String> draft() {
    return values.get(DRAFT);
  }

  /// How much is kept beside the KV cache; empty when unset.
  public OptionalLong overflowBytes() {
    return values.get(OVERFLOW_BYTES).stream().mapToLong(value -> value).findFirst();
  }

  /// The folder of cached prefixes; empty when unset.
  public Optional<Path> cacheFolder() {
    return values.get(CACHE_FOLDER);
  }

  /// The most that its files take; empty when unset.
  public OptionalLong cacheFolderBytes() {
    return values.get(CACHE_FOLDER_BYTES).stream().mapToLong(value -> value).findFirst();
  }

  private static void requireFolder(Path folder) {
    if (folder.toString().isBlank()) {
      throw new IllegalArgumentException(
          "cacheFolder must be a folder, found '%s'".formatted(folder));
    }
  }

  private static void requireModel(String model) {
    if (model.isBlank()) {
      throw new IllegalArgumentException(
          "draft must be a file or the name of a model, found '%s'".formatted(model));
    }
  }

  private OptionalInt number(Option<Integer> option) {
    return values.get(option).stream().mapToInt(value -> value).findFirst();
  }

  /// The options that are set, as an object with the members `context_length`, `cache_tokens`,
  /// `threads`, `kv_precision`, `key_precision`, `value_precision`, `tier`, `max_concurrent`,
  /// `batch_tokens`, `batch_invariance`, `weight_memory`, `token_interval_ms`, `max_waiting`,
  /// `max_waiting_tokens`, `max_waiting_time_ms`, `draft`, `overflow_bytes`, `cache_folder`,
  /// `cache_folder_bytes`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
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
