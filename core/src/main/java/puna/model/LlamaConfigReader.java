package puna.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;

/// Hyper-parameters from GGUF metadata, each checked for itself and against the others. Shapes are
/// checked where tensors are taken, in `LlamaTensors`.
final class LlamaConfigReader {
  // Far above any model, far below what would overflow: a hostile file stops here.
  private static final int MAX_EXTENT = 1 << 24;
  private static final int MAX_LAYERS = 1 << 12;

  private final TensorTally tally;
  private final Metadata metadata;
  private final LlamaKeys keys;

  private LlamaConfigReader(TensorTally tally) {
    this.tally = tally;
    this.metadata = tally.metadata();
    this.keys = new LlamaKeys(tally.origin(), metadata);
  }

  static LlamaConfig read(TensorTally tally) {
    return new LlamaConfigReader(tally).read();
  }

  private LlamaConfig read() {
    int layers = keys.extent("block_count", MAX_LAYERS);
    int width = keys.extent("embedding_length", MAX_EXTENT);
    int heads = required("attention.head_count", layers);
    int kvHeads = keys.layered("attention.head_count_kv", MAX_EXTENT, layers).orElse(heads);
    if (heads % kvHeads != 0) {
      throw refusal(
          keys.key("attention.head_count_kv"),
          "must divide the %s heads, found %s".formatted(heads, kvHeads));
    }
    int headSize = headSize(width, heads);
    int context = keys.extent("context_length", Integer.MAX_VALUE);
    int feedForward = required("feed_forward_length", layers);
    LlamaConfig config =
        new LlamaConfig(
            vocabulary(),
            context,
            width,
            layers,
            heads,
            kvHeads,
            headSize,
            feedForward,
            epsilon(),
            keys.positive("rope.freq_base").orElse(10_000.0),
            new RopeScalingReader(tally, keys).read(headSize, context),
            keys.isFourth() ? OptionalInt.empty() : slidingWindow(layers),
            keys.isFourth()
                ? Optional.of(new InterleavedAttentionReader(keys, layers).read())
                : Optional.empty(),
            new MixtureReader(tally, keys, layers).read(feedForward));
    new ForeignKeys(keys).refuse(config);
    return config;
  }

  private int required(String name, int layers) {
    return keys.layered(name, MAX_EXTENT, layers)
        .orElseThrow(() -> refusal(keys.key(name), "is required and absent"));
  }

  private int headSize(int width, int heads) {
    OptionalInt keyLength = keys.optional("attention.key_length", MAX_EXTENT);
    if (keyLength.isEmpty() && width % heads != 0) {
      throw refusal(
          keys.key("attention.head_count"),
          "must divide the width %s where no key_length is given, found %s"
              .formatted(width, heads));
    }
    int headSize = keyLength.orElse(width / heads);
    if (headSize % 2 != 0 || (long) headSize * heads > MAX_EXTENT) {
      throw refusal(
          keys.key("attention.key_length"),
          "must be even, and at most %s over all heads, found %s × %s heads"
              .formatted(MAX_EXTENT, headSize, heads));
    }
    requireSame("attention.value_length", headSize);
    requireSame("rope.dimension_count", headSize);
    return headSize;
  }

  private void requireSame(String name, int headSize) {
    OptionalInt value = keys.optional(name, MAX_EXTENT);
    if (value.isPresent() && value.getAsInt() != headSize) {
      throw refusal(
          keys.key(name),
          "must equal the head size %s, found %s".formatted(headSize, value.getAsInt()));
    }
  }

  /// The tokens that have a row in the embedding; all rows where the file names no tokens.
  private int vocabulary() {
    long rows = tally.require("token_embd.weight").shape().rows();
    if (rows > MAX_EXTENT) {
      throw refusal(
          "token_embd.weight", "must have at most %s rows, found %s".formatted(MAX_EXTENT, rows));
    }
    Optional<List<String>> tokens = metadata.strings("tokenizer.ggml.tokens");
    return (int) Math.min(rows, tokens.map(List::size).filter(size -> size > 0).orElse((int) rows));
  }

  private float epsilon() {
    double epsilon = metadata.requireNumber(keys.key("attention.layer_norm_rms_epsilon"));
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw refusal(
          keys.key("attention.layer_norm_rms_epsilon"),
          "must be at least 0 and below 1, found " + epsilon);
    }
    return (float) epsilon;
  }

  private OptionalInt slidingWindow(int layers) {
    long window = keys.equalForLayers("attention.sliding_window", layers).orElse(0);
    if (window < 0 || window > Integer.MAX_VALUE) {
      throw refusal(
          keys.key("attention.sliding_window"), "must be a number of positions, found " + window);
    }
    return window == 0 ? OptionalInt.empty() : OptionalInt.of((int) window);
  }

  private ModelFormatException refusal(String place, String rule) {
    return keys.refusal(place, rule);
  }
}
