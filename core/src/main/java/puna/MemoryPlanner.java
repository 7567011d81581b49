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
///
/// Layers that see their chunk or a window alone keep as many positions as all answers of a batch
/// can read there, each of a whole context; fewer answers where memory is short, but one at least.
final class MemoryPlanner {
  private static final int BLOCK_POSITIONS = CacheSize.BLOCK_POSITIONS;

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
    decoder(model, new MemoryPlan.Cache(1, 1)).close();
    long logits = 4L * outputs() * model.config().vocabulary();
    MemoryPlan.Bytes bytes =
        new MemoryPlan.Bytes(
            backend.weightBytes(),
            backend.mappedBytes(),
            perToken(model),
            backend.activationBytes() - logits,
            logits,
            backend.scratchBytes(),
            draft.map(other -> draft(other, backend)).orElse(MemoryPlan.Draft.NONE));
    return new MemoryPlan(bytes, window(bytes, model), available);
  }

  private MemoryPlan.PerToken perToken(LlamaModel model) {
    KvShape all = shape(model, 1);
    long far = model.nearLayers().map(all::with).orElse(all).farBytesPerBlock();
    return new MemoryPlan.PerToken(
        far / BLOCK_POSITIONS, (all.bytesPerBlock() - far) / BLOCK_POSITIONS);
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

  private MemoryPlan.Window window(MemoryPlan.Bytes bytes, LlamaModel model) {
    CacheSize size = new CacheSize(bytes.cacheTokens(), model.nearLayers(), batchTokens());
    long half = Math.max(0, available.orElse(0) - bytes.fixed()) / 2;
    int context = context(size, half, model.config().context());
    MemoryPlan.Cache cache;
    if (options.cacheTokens().isPresent()) {
      cache = size.of(options.cacheTokens().getAsInt(), context, maxConcurrent());
    } else if (available.isEmpty()) {
      cache = size.of(context, context, 1);
    } else {
      cache = size.within(half, context, maxConcurrent());
    }
    long overflow = options.overflowBytes().orElseGet(() -> overflow(bytes, cache));
    return new MemoryPlan.Window(context, maxConcurrent(), cache, size.answer(context), overflow);
  }

  private int context(CacheSize size, long half, int trained) {
    int context =
        options
            .contextLength()
            .orElseGet(() -> Math.min(trained, LlamaOptions.DEFAULT_CONTEXT_LIMIT));
    if (options.cacheTokens().isPresent()) {
      return Math.min(context, options.cacheTokens().getAsInt());
    }
    if (available.isEmpty() || options.contextLength().isPresent()) {
      return context;
    }
    long within = size.contextWithin(half, context);
    return (int) Math.min(context, Math.max(LEAST_CONTEXT, within));
  }

  private long overflow(MemoryPlan.Bytes bytes, MemoryPlan.Cache cache) {
    long taken = bytes.fixed() + bytes.cacheTokens().bytes(cache);
    long left = Math.max(0, available.orElse(Long.MAX_VALUE) - taken);
    return Math.min(Math.min(bytes.cacheToken().bytes(cache), MOST_OVERFLOW), left / 4);
  }

  /// A decoder of the model.
  Decoder decoder(LlamaModel model, MemoryPlan.Cache cache) {
    KvShape shape = shape(model, Math.ceilDiv(cache.tokens(), BLOCK_POSITIONS));
    if (cache.nearTokens() < cache.tokens()) {
      int nearBlocks = cache.nearTokens() / BLOCK_POSITIONS;
      shape = shape.with(model.nearLayers().orElseThrow().withBlocks(nearBlocks));
    }
    return model.decoder(shape, batchTokens(), outputs());
  }

  /// Every block holds all layers.
  private KvShape shape(LlamaModel model, int blocks) {
    return model.kvShape(
        blocks, BLOCK_POSITIONS, type(options.keyPrecision()), type(options.valuePrecision()));
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
