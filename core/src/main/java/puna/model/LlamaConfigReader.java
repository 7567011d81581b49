package puna.model;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalInt;
import puna.backend.RopeScaling;
import puna.quant.BlockFormats;
import puna.tensor.Metadata;
import puna.tensor.ModelFormatException;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// Hyper-parameters from GGUF metadata, each checked for itself and against the others. Shapes are
/// checked where tensors are taken, in `LlamaWeights`.
final class LlamaConfigReader {
  private static final String ARCHITECTURE = "llama";

  // Far above any model, far below what would overflow: a hostile file stops here.
  private static final int MAX_EXTENT = 1 << 24;
  private static final int MAX_LAYERS = 1 << 12;

  private final TensorSource source;
  private final Metadata metadata;

  private LlamaConfigReader(TensorSource source) {
    this.source = source;
    this.metadata = source.metadata();
  }

  static LlamaConfig read(TensorSource source) {
    return new LlamaConfigReader(source).read();
  }

  private LlamaConfig read() {
    String architecture = metadata.requireString("general.architecture");
    if (!architecture.equals(ARCHITECTURE)) {
      throw refusal(
          "general.architecture",
          "must be '%s', the one that this version of Puna runs, found '%s'"
              .formatted(ARCHITECTURE, architecture));
    }
    refuseExperts();
    int width = extent("embedding_length", MAX_EXTENT);
    int heads = extent("attention.head_count", MAX_EXTENT);
    int kvHeads = optional("attention.head_count_kv", MAX_EXTENT).orElse(heads);
    if (heads % kvHeads != 0) {
      throw refusal(
          key("attention.head_count_kv"),
          "must divide the %d heads, found %d".formatted(heads, kvHeads));
    }
    int headSize = headSize(width, heads);
    return new LlamaConfig(
        vocabulary(),
        extent("context_length", Integer.MAX_VALUE),
        width,
        extent("block_count", MAX_LAYERS),
        heads,
        kvHeads,
        headSize,
        extent("feed_forward_length", MAX_EXTENT),
        epsilon(),
        positive("rope.freq_base").orElse(10_000.0),
        ropeScaling(headSize),
        slidingWindow());
  }

  private void refuseExperts() {
    long experts = metadata.integer(key("expert_count")).orElse(0);
    if (experts != 0) {
      throw refusal(
          key("expert_count"),
          "must be 0: mixtures of experts are not supported here, found " + experts);
    }
  }

  private int headSize(int width, int heads) {
    OptionalInt keyLength = optional("attention.key_length", MAX_EXTENT);
    if (keyLength.isEmpty() && width % heads != 0) {
      throw refusal(
          key("attention.head_count"),
          "must divide the width %d where no key_length is given, found %d"
              .formatted(width, heads));
    }
    int headSize = keyLength.orElse(width / heads);
    if (headSize % 2 != 0 || (long) headSize * heads > MAX_EXTENT) {
      throw refusal(
          key("attention.key_length"),
          "must be even, and at most %d over all heads, found %d × %d heads"
              .formatted(MAX_EXTENT, headSize, heads));
    }
    requireSame("attention.value_length", headSize);
    requireSame("rope.dimension_count", headSize);
    return headSize;
  }

  private void requireSame(String name, int headSize) {
    OptionalInt value = optional(name, MAX_EXTENT);
    if (value.isPresent() && value.getAsInt() != headSize) {
      throw refusal(
          key(name), "must equal the head size %d, found %d".formatted(headSize, value.getAsInt()));
    }
  }

  private int vocabulary() {
    Tensor embedding = LlamaWeights.require(source, "token_embd.weight");
    long rows = embedding.shape().rows();
    if (rows > MAX_EXTENT) {
      throw refusal(
          "token_embd.weight", "must have at most %d rows, found %d".formatted(MAX_EXTENT, rows));
    }
    return (int) rows;
  }

  private float epsilon() {
    double epsilon = metadata.requireNumber(key("attention.layer_norm_rms_epsilon"));
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw refusal(
          key("attention.layer_norm_rms_epsilon"),
          "must be at least 0 and below 1, found " + epsilon);
    }
    return (float) epsilon;
  }

  /// The llama3 scaling has no key: it is the tensor of divisors.
  private RopeScaling ropeScaling(int headSize) {
    Optional<Tensor> divisors = source.find("rope_freqs.weight");
    if (divisors.isPresent()) {
      return new RopeScaling.Divisors(divisors(divisors.get(), headSize));
    }
    String type = metadata.string(key("rope.scaling.type")).orElse("linear");
    double factor = factor("rope.scaling.factor").or(() -> factor("rope.scale_linear")).orElse(1.0);
    return switch (type) {
      case "none" -> new RopeScaling.None();
      case "linear" ->
          factor == 1 ? new RopeScaling.None() : new RopeScaling.Linear((float) factor);
      case "yarn" -> yarn((float) factor);
      default ->
          throw refusal(
              key("rope.scaling.type"),
              "must be 'none', 'linear' or 'yarn', found '%s'".formatted(type));
    };
  }

  /// A scaling factor; 0 stands for absent.
  private Optional<Double> factor(String name) {
    if (metadata.number(key(name)).orElse(0) == 0) {
      return Optional.empty();
    }
    return positive(name);
  }

  private RopeScaling yarn(float factor) {
    int original =
        optional("rope.scaling.original_context_length", Integer.MAX_VALUE)
            .orElse(extent("context_length", Integer.MAX_VALUE));
    return new RopeScaling.Yarn(
        factor,
        original,
        positive("rope.scaling.yarn_beta_fast").orElse(32.0).floatValue(),
        positive("rope.scaling.yarn_beta_slow").orElse(1.0).floatValue(),
        positive("rope.scaling.attn_factor").orElse(1.0).floatValue());
  }

  private float[] divisors(Tensor tensor, int headSize) {
    if (tensor.shape().rank() != 1 || tensor.shape().columns() != headSize / 2) {
      throw refusal(
          tensor.name(),
          "must have half the head size, %d values, found %s"
              .formatted(headSize / 2, tensor.shape()));
    }
    float[] values = new float[headSize / 2];
    BlockFormats.of(tensor.type())
        .orElseThrow(() ->
            refusal(tensor.name(), "must be of a floating-point type, found " + tensor.type()))
        .decode(MemorySegment.ofArray(tensor.content().toArray()), 0, values, 0, values.length);
    for (float value : values) {
      if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
        throw refusal(tensor.name(), "must hold positive numbers, found " + value);
      }
    }
    return values;
  }

  private OptionalInt slidingWindow() {
    long window = metadata.integer(key("attention.sliding_window")).orElse(0);
    if (window < 0 || window > Integer.MAX_VALUE) {
      throw refusal(
          key("attention.sliding_window"), "must be a number of positions, found " + window);
    }
    return window == 0 ? OptionalInt.empty() : OptionalInt.of((int) window);
  }

  private int extent(String name, int max) {
    metadata.requireInteger(key(name));
    return optional(name, max).orElseThrow();
  }

  private OptionalInt optional(String name, int max) {
    if (!metadata.has(key(name))) {
      return OptionalInt.empty();
    }
    long value = metadata.requireInteger(key(name));
    if (value < 1 || value > max) {
      throw refusal(key(name), "must be between 1 and %d, found %d".formatted(max, value));
    }
    return OptionalInt.of((int) value);
  }

  private Optional<Double> positive(String name) {
    if (!metadata.has(key(name))) {
      return Optional.empty();
    }
    double value = metadata.requireNumber(key(name));
    if (!(value > 0 && value < Float.MAX_VALUE)) {
      throw refusal(key(name), "must be a positive number, found " + value);
    }
    return Optional.of(value);
  }

  private static String key(String name) {
    return ARCHITECTURE + "." + name;
  }

  private ModelFormatException refusal(String place, String rule) {
    return new ModelFormatException("%s: %s %s".formatted(source.origin(), place, rule));
  }
}
