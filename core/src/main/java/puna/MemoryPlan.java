package puna;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import puna.error.ModelMemoryException;
import puna.json.JsonValue.JsonObject;

/// The native memory that an open model takes, and how large its context and KV cache are: computed
/// from its file's header, before any weights are read ([Llama#plan]).
///
/// The KV cache takes memory only as it fills; all else is taken when the model is opened or first
/// used. The JVM's heap is not in it.
public final class MemoryPlan {
  private static final double MEGABYTE = 1e6;

  private final Bytes bytes;
  private final Window window;
  private final OptionalLong available;

  /// @param mapped of weights that stay in the mapped file
  /// @param cacheToken of one position in the KV cache
  record Bytes(
      long weights,
      long mapped,
      PerToken cacheToken,
      long activations,
      long logits,
      long scratch,
      Draft draft) {
    /// All but the KV caches.
    long fixed() {
      return Math.addExact(weights + draft.fixed, activations + logits + scratch);
    }

    /// Of one position in both KV caches.
    PerToken cacheTokens() {
      return new PerToken(cacheToken.far + draft.cacheToken, cacheToken.near);
    }
  }

  /// The keys and values of one position.
  ///
  /// @param far in layers that see all
  /// @param near in layers that see their chunk or a window alone
  record PerToken(long far, long near) {
    long all() {
      return far + near;
    }

    /// Of so many positions.
    long bytes(Cache cache) {
      return Math.addExact(
          Math.multiplyExact(far, (long) cache.tokens),
          Math.multiplyExact(near, (long) cache.nearTokens));
    }
  }

  /// How many positions a KV cache holds.
  ///
  /// @param tokens whole blocks
  /// @param nearTokens the same of the near layers, at most as many
  record Cache(int tokens, int nearTokens) {}

  /// A model that guesses for another, which has as many positions in its KV cache.
  ///
  /// @param fixed all but that
  record Draft(long fixed, long cacheToken) {
    static final Draft NONE = new Draft(0, 0);
  }

  /// @param context tokens of a prompt and its answer
  /// @param answer positions of one answer that takes the whole context
  /// @param overflow bytes beside the cache
  record Window(int context, int maxConcurrent, Cache cache, Cache answer, long overflow) {}

  MemoryPlan(Bytes bytes, Window window, OptionalLong available) {
    this.bytes = bytes;
    this.window = window;
    this.available = available;
  }

  /// Weights as the kernels of this machine pack them; those that stay in a mapped file are none.
  public long weightBytes() {
    return bytes.weights;
  }

  /// Weights that stay in the mapped file, as it has them: not memory of this process, but the more
  /// of them the system can keep in its cache beside [#totalBytes], the faster they are read. They
  /// do so where that is asked for ([WeightMemory#MAPPED]), and those of experts where all weights
  /// would be more than the system has.
  public long mappedWeightBytes() {
    return bytes.mapped;
  }

  /// The KV cache once it is full.
  public long cacheBytes() {
    return bytes.cacheToken.bytes(window.cache);
  }

  /// What is kept beside the KV cache, once that is full.
  public long overflowBytes() {
    return window.overflow;
  }

  /// One token in the KV cache, keys and values of all layers.
  public long cacheTokenBytes() {
    return bytes.cacheToken.all();
  }

  /// The part of it that layers take which see their chunk or a window alone: the cache has room
  /// for [#nearCacheTokens] of them. 0 where every token has those of all layers.
  public long nearCacheTokenBytes() {
    return hasFewerNear() ? bytes.cacheToken.near : 0;
  }

  /// One answer of the whole context in the KV cache.
  public long answerCacheBytes() {
    return bytes.cacheToken.bytes(window.answer);
  }

  /// Activations of one step, without its logits.
  public long activationBytes() {
    return bytes.activations;
  }

  /// Logits of one step.
  public long logitBytes() {
    return bytes.logits;
  }

  /// What the kernels need besides.
  public long scratchBytes() {
    return bytes.scratch;
  }

  /// The draft model with its own KV cache once that is full; 0 without one.
  public long draftBytes() {
    return Math.addExact(bytes.draft.fixed, draftCacheBytes());
  }

  private long draftCacheBytes() {
    return Math.multiplyExact(bytes.draft.cacheToken, (long) window.cache.tokens);
  }

  /// All of the above, with full KV caches.
  public long totalBytes() {
    long caches = Math.addExact(cacheBytes(), draftCacheBytes());
    return Math.addExact(bytes.fixed(), Math.addExact(caches, window.overflow));
  }

  /// What the system could give when the plan was made; empty where it does not tell.
  public OptionalLong availableBytes() {
    return available;
  }

  /// The context window: how many tokens a prompt and its answer may have together.
  public int contextLength() {
    return window.context;
  }

  /// How many answers are generated in one batch.
  public int maxConcurrent() {
    return window.maxConcurrent;
  }

  /// Tokens that the KV cache has room for, whoever's they are.
  public int cacheTokens() {
    return window.cache.tokens;
  }

  /// Tokens of which layers that see their chunk or a window alone have keys and values at a time:
  /// those of earlier tokens are never read again.
  public int nearCacheTokens() {
    return window.cache.nearTokens;
  }

  /// The same numbers as they were decided.
  Cache cache() {
    return window.cache;
  }

  private boolean hasFewerNear() {
    return window.cache.nearTokens < window.cache.tokens;
  }

  /// Whether the system has that much memory, as far as it tells.
  public boolean fits() {
    return available.isEmpty() || totalBytes() <= available.getAsLong();
  }

  /// The sizes in bytes, by their names for people: `weights`, `KV cache`, `activations`, `logits`,
  /// `scratch`, and `draft` where there is one.
  public SequencedMap<String, Long> parts() {
    SequencedMap<String, Long> parts = new LinkedHashMap<>();
    parts.put("weights", weightBytes());
    parts.put("KV cache", cacheBytes());
    parts.put("overflow", overflowBytes());
    parts.put("activations", activationBytes());
    parts.put("logits", logitBytes());
    parts.put("scratch", scratchBytes());
    if (hasDraft()) {
      parts.put("draft", draftBytes());
    }
    return Collections.unmodifiableSequencedMap(parts);
  }

  private boolean hasDraft() {
    return !bytes.draft.equals(Draft.NONE);
  }

  /// The sizes, and what they are for, as an object with the members `weight_bytes`,
  /// `mapped_weight_bytes`, `cache_bytes`, `cache_token_bytes`, `overflow_bytes`,
  /// `activation_bytes`, `logit_bytes`, `scratch_bytes`, `draft_bytes` where there is a draft
  /// model, `total_bytes`, `available_bytes` where known, `fits`, `context_length`,
  /// `max_concurrent`, `cache_tokens`; and `near_cache_token_bytes` and `near_cache_tokens` where
  /// some layers keep fewer.
  public JsonObject toJson() {
    JsonObject.Builder plan =
        JsonObject.builder()
            .put("weight_bytes", weightBytes())
            .put("mapped_weight_bytes", mappedWeightBytes())
            .put("cache_bytes", cacheBytes())
            .put("cache_token_bytes", cacheTokenBytes())
            .put("overflow_bytes", overflowBytes())
            .put("activation_bytes", activationBytes())
            .put("logit_bytes", logitBytes())
            .put("scratch_bytes", scratchBytes());
    if (hasDraft()) {
      plan.put("draft_bytes", draftBytes());
    }
    plan.put("total_bytes", totalBytes());
    available.ifPresent(known -> plan.put("available_bytes", known));
    plan.put("fits", fits())
        .put("context_length", contextLength())
        .put("max_concurrent", maxConcurrent())
        .put("cache_tokens", cacheTokens());
    if (hasFewerNear()) {
      plan.put("near_cache_token_bytes", nearCacheTokenBytes())
          .put("near_cache_tokens", nearCacheTokens());
    }
    return plan.build();
  }

  /// Throws where the model does not fit, with what takes the memory and what to lower.
  ///
  /// @param origin of the model, for the message
  void requireFits(String origin, LlamaOptions options) {
    if (!fits()) {
      throw new ModelMemoryException(
          "%s: it needs %s of memory, and the system has %s: %s; %s"
              .formatted(
                  origin,
                  megabytes(totalBytes()),
                  megabytes(available.orElse(0)),
                  parts().entrySet().stream()
                      .map(part -> part.getKey() + " " + megabytes(part.getValue()))
                      .collect(Collectors.joining(", ")),
                  remedy(options)));
    }
  }

  private String remedy(LlamaOptions options) {
    long known = available.orElse(0);
    if (weightBytes() > known) {
      return "use a smaller model, or keep the weights in the mapped file (weightMemory)";
    }
    if (hasDraft() && totalBytes() - draftBytes() <= known) {
      return "use a smaller draft model, or none (draft)";
    }
    if (bytes.fixed() > known) {
      return "lower batchTokens";
    }
    if (options.overflowBytes().isPresent() && totalBytes() - window.overflow <= known) {
      return "lower overflowBytes (%s)".formatted(window.overflow);
    }
    String size =
        options.cacheTokens().isPresent()
            ? "lower cacheTokens (%s)".formatted(cacheTokens())
            : "lower contextLength (%s)".formatted(contextLength());
    return size + ", or choose a smaller kvPrecision";
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / MEGABYTE);
  }

  /// That experts stay in the file although nobody asked for it, for people.
  String aboutExperts() {
    String file = megabytes(mappedWeightBytes());
    return ("it does not fit in the %s of memory that the system has, so %s of weights, the experts,"
            + " stay in the mapped file, which must not change, and are read through the system's"
            + " cache; %s are packed")
        .formatted(megabytes(available.orElse(0)), file, megabytes(weightBytes()));
  }

  /// For people, on one line.
  @Override
  public String toString() {
    return "MemoryPlan" + parts() + " " + window;
  }
}
