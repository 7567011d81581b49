package puna;

import java.util.Optional;
import java.util.OptionalLong;
import puna.backend.BackendPlan;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.model.Decoder;
import puna.model.ExpertPlace;
import puna.model.LlamaModel;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// Decides how large context and KV cache are, by what is asked for and what the system has.
///
/// Where no size of the cache is asked for, it has room for a whole context of each answer of a
/// batch, as far as that takes at most half of what weights and steps leave: the system is not ours
/// alone. It is never smaller than one context; where no context is asked for either, that is cut
/// to the same half.
final class MemoryPlanner {
  private static final int BLOCK_POSITIONS = 64;

  /// Bounds the buffer of logits, which is the largest one of a step.
  private static final int MOST_OUTPUTS = 32;

  /// A context that nobody asked for is cut to this, no further.
  private static final int LEAST_CONTEXT = 512;

  /// Bytes beside the cache that nobody asked for.
  private static final long MOST_OVERFLOW = 256L << 20;

  private final LlamaOptions options;
  private final OptionalLong available;

  /// @param available bytes that the system can give; empty where it does not tell
  MemoryPlanner(LlamaOptions options, OptionalLong available) {
    this.options = options;
    this.available = available;
  }

  /// @throws IllegalArgumentException when options contradict each other
  static void requireSense(LlamaOptions options) {
    int tokens = options.cacheTokens().orElse(Integer.MAX_VALUE);
    int context = options.contextLength().orElse(1);
    if (tokens < context) {
      throw new IllegalArgumentException(
          "cacheTokens must be at least contextLength, which is %s, found %s"
              .formatted(context, tokens));
    }
  }

  /// @param experts where they are
  /// @param draft a model that guesses for it
  /// @param backend adds up what it is given
  /// @throws puna.error.ModelFormatException when the file is no Llama that can run here
  MemoryPlan plan(
      TensorSource file,
      ExpertPlace experts,
      Optional<? extends TensorSource> draft,
      BackendPlan backend) {
    LlamaModel model = LlamaModel.load(file, backend, experts, new ModelWarnings(), bytes -> {});
    long tokenBytes;
    try (Decoder decoder = decoder(model, 1)) {
      tokenBytes = decoder.kvShape().bytesPerBlock() / BLOCK_POSITIONS;
    }
    long logits = 4L * outputs() * model.config().vocabulary();
    MemoryPlan.Bytes bytes =
        new MemoryPlan.Bytes(
            backend.weightBytes(),
            backend.mappedBytes(),
            tokenBytes,
            backend.activationBytes() - logits,
            logits,
            backend.scratchBytes(),
            draft.map(other -> draft(other, backend)).orElse(MemoryPlan.Draft.NONE));
    return new MemoryPlan(bytes, window(bytes, model.config().context()), available);
  }

  /// What a draft model takes beside the model that the back end has already; panels and scratch
  /// that both use count once.
  private MemoryPlan.Draft draft(TensorSource file, BackendPlan backend) {
    long before = taken(backend);
    LlamaModel model = LlamaModel.load(file, backend, new ModelWarnings(), bytes -> {});
    KvShape shape = DraftLoader.kvShape(model, 1, BLOCK_POSITIONS);
    model.decoder(shape, batchTokens(), outputs()).close();
    return new MemoryPlan.Draft(taken(backend) - before, shape.bytesPerBlock() / BLOCK_POSITIONS);
  }

  /// All but KV caches.
  private static long taken(BackendPlan backend) {
    return backend.weightBytes() + backend.activationBytes() + backend.scratchBytes();
  }

  private MemoryPlan.Window window(MemoryPlan.Bytes bytes, int trained) {
    MemoryPlan.Window cache = cache(bytes, trained);
    long cacheBytes = Math.multiplyExact(bytes.cacheToken(), (long) cache.cacheTokens());
    long caches = Math.multiplyExact(bytes.cacheTokens(), (long) cache.cacheTokens());
    long overflow =
        options.overflowBytes().orElseGet(() -> overflow(bytes.fixed() + caches, cacheBytes));
    return new MemoryPlan.Window(
        cache.context(), cache.maxConcurrent(), cache.cacheTokens(), overflow);
  }

  /// @param taken by all else
  private long overflow(long taken, long cacheBytes) {
    long left = Math.max(0, available.orElse(Long.MAX_VALUE) - taken);
    return Math.min(Math.min(cacheBytes, MOST_OVERFLOW), left / 4);
  }

  /// Without what is kept beside it.
  private MemoryPlan.Window cache(MemoryPlan.Bytes bytes, int trained) {
    int context =
        options
            .contextLength()
            .orElseGet(() -> Math.min(trained, LlamaOptions.DEFAULT_CONTEXT_LIMIT));
    if (options.cacheTokens().isPresent()) {
      int tokens = options.cacheTokens().getAsInt();
      return new MemoryPlan.Window(Math.min(context, tokens), maxConcurrent(), whole(tokens), 0);
    }
    if (available.isEmpty()) {
      return new MemoryPlan.Window(context, maxConcurrent(), whole(context), 0);
    }
    long most = Math.max(0, available.getAsLong() - bytes.fixed()) / 2 / bytes.cacheTokens();
    if (options.contextLength().isEmpty() && most < context) {
      long cut = Math.max(LEAST_CONTEXT, most / BLOCK_POSITIONS * BLOCK_POSITIONS);
      context = (int) Math.min(context, cut);
    }
    long wanted = Math.min((long) context * maxConcurrent(), most);
    return new MemoryPlan.Window(context, maxConcurrent(), whole(Math.max(context, wanted)), 0);
  }

  /// Tokens of whole blocks.
  private static int whole(long tokens) {
    long blocks = Math.ceilDiv(tokens, BLOCK_POSITIONS);
    return (int) Math.min(blocks, Integer.MAX_VALUE / BLOCK_POSITIONS) * BLOCK_POSITIONS;
  }

  /// A decoder of the model.
  Decoder decoder(LlamaModel model, int cacheTokens) {
    KvShape shape =
        model.kvShape(
            Math.ceilDiv(cacheTokens, BLOCK_POSITIONS),
            BLOCK_POSITIONS,
            type(options.keyPrecision()),
            type(options.valuePrecision()));
    return model.decoder(shape, batchTokens(), outputs());
  }

  private KvType type(Optional<KvPrecision> precision) {
    return switch (precision.or(options::kvPrecision).orElse(KvPrecision.F16)) {
      case F16 -> KvType.F16;
      case F32 -> KvType.F32;
      case Q8_0 -> KvType.Q8_0;
      case Q4_0 -> KvType.Q4_0;
    };
  }

  private int outputs() {
    return Math.min(batchTokens(), Math.max(MOST_OUTPUTS, maxConcurrent()));
  }

  private int batchTokens() {
    return options.batchTokens().orElse(LlamaOptions.DEFAULT_BATCH_TOKENS);
  }

  private int maxConcurrent() {
    return options.maxConcurrent().orElse(LlamaOptions.DEFAULT_MAX_CONCURRENT);
  }
}
