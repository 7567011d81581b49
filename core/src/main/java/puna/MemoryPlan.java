package puna;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import puna.error.ModelMemoryException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
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
  /// @param cacheToken of one position in the KV cache, all layers
  record Bytes(
      long weights,
      long mapped,
      long cacheToken,
      long activations,
      long logits,
      long scratch,
      Draft draft) {
    /// All but the KV caches.
    long fixed() {
      return Math.addExact(weights + draft.fixed, activations + logits + scratch);
    }

    /// Of one position in both KV caches.
    long cacheTokens() {
      return cacheToken + draft.cacheToken;
    }
  }

  /// A model that guesses for another, which has as many positions in its KV cache.
  ///
  /// @param fixed all but that
  record Draft(long fixed, long cacheToken) {
    static final Draft NONE = new Draft(0, 0);
  }

  /// @param context tokens of a prompt and its answer
  /// @param cacheTokens whole blocks of the cache
  /// @param overflow bytes beside the cache
  record Window(int context, int maxConcurrent, int cacheTokens, long overflow) {}

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
    return Math.multiplyExact(bytes.cacheToken, (long) window.cacheTokens);
  }

  /// What is kept beside the KV cache, once that is full.
  public long overflowBytes() {
    return window.overflow;
  }

  /// One token in the KV cache, keys and values of all layers.
  public long cacheTokenBytes() {
    return bytes.cacheToken;
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
    return Math.multiplyExact(bytes.draft.cacheToken, (long) window.cacheTokens);
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
    return window.cacheTokens;
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
  /// `max_concurrent`, `cache_tokens`.
  public JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    put(members, "weight_bytes", weightBytes());
    put(members, "mapped_weight_bytes", mappedWeightBytes());
    put(members, "cache_bytes", cacheBytes());
    put(members, "cache_token_bytes", cacheTokenBytes());
    put(members, "overflow_bytes", overflowBytes());
    put(members, "activation_bytes", activationBytes());
    put(members, "logit_bytes", logitBytes());
    put(members, "scratch_bytes", scratchBytes());
    if (hasDraft()) {
      put(members, "draft_bytes", draftBytes());
    }
    put(members, "total_bytes", totalBytes());
    available.ifPresent(known -> put(members, "available_bytes", known));
    members.put("fits", JsonBoolean.of(fits()));
    put(members, "context_length", contextLength());
    put(members, "max_concurrent", maxConcurrent());
    put(members, "cache_tokens", cacheTokens());
    return new JsonObject(members);
  }

  private static void put(Map<String, JsonValue> members, String name, long value) {
    members.put(name, JsonNumber.of(value));
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
