package puna.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import puna.backend.AttentionTemperature;
import puna.tensor.Metadata;

/// How the layers of a file of the fourth generation attend. Converters write few of these keys;
/// what the two published models have stands where they are absent, as in llama.cpp.
final class InterleavedAttentionReader {
  private static final int CHUNK = 8192;
  private static final long PERIOD = 4;
  private static final double TEMPERATURE_SCALE = 0.1;

  /// The experts of Maverick, which has no norm of heads.
  private static final long EXPERTS_WITHOUT_NORM = 128;

  private final LlamaKeys keys;
  private final Metadata metadata;
  private final int layers;

  InterleavedAttentionReader(LlamaKeys keys, int layers) {
    this.keys = keys;
    this.metadata = keys.metadata();
    this.layers = layers;
  }

  InterleavedAttention read() {
    return new InterleavedAttention(chunk(), globalLayers(), headNorm(), temperature());
  }

  /// The chunk has a key of its own, or that of sliding windows; 0 stands for none.
  private OptionalInt chunk() {
    for (String name : new String[] {"attention.chunk_size", "attention.sliding_window"}) {
      if (metadata.has(keys.key(name))) {
        boolean isNone = metadata.requireInteger(keys.key(name)) == 0;
        return isNone ? OptionalInt.empty() : OptionalInt.of(keys.extent(name, Integer.MAX_VALUE));
      }
    }
    return OptionalInt.of(CHUNK);
  }

  /// The pattern tells the chunked layers: one flag a layer, or a period of which all but the last
  /// are chunked, 0 for all layers.
  private Set<Integer> globalLayers() {
    String name = "attention.sliding_window_pattern";
    return switch (metadata.values().get(keys.key(name))) {
      case boolean[] flags -> flagged(name, flags.length, layer -> !flags[layer]);
      case long[] flags -> flagged(name, flags.length, layer -> flags[layer] == 0);
      case null -> periodic(PERIOD);
      default -> periodic(period(name));
    };
  }

  private long period(String name) {
    long period = metadata.requireInteger(keys.key(name));
    if (period < 0) {
      throw keys.refusal(keys.key(name), "must be a number of layers, found " + period);
    }
    return period;
  }

  private Set<Integer> periodic(long period) {
    return layers(layer -> period > 0 && (layer + 1) % period == 0);
  }

  private Set<Integer> flagged(String name, int flags, IntPredicate isGlobal) {
    boolean _ = metadata.has(keys.key(name)); // counts as read
    if (flags != layers) {
      throw keys.refusal(
          keys.key(name),
          "must have one flag for each of the %s layers, found %s".formatted(layers, flags));
    }
    return layers(isGlobal);
  }

  private Set<Integer> layers(IntPredicate wanted) {
    return IntStream.range(0, layers).filter(wanted).boxed().collect(Collectors.toSet());
  }

  private HeadNorm headNorm() {
    boolean isUsual = metadata.integer(keys.key("expert_count")).orElse(0) != EXPERTS_WITHOUT_NORM;
    boolean isNormalized = metadata.bool(keys.key("use_qk_norm")).orElse(isUsual);
    return isNormalized ? HeadNorm.RMS : HeadNorm.NONE;
  }

  private Optional<AttentionTemperature> temperature() {
    String length = "attention.temperature_length";
    String scale = "attention.temperature_scale";
    boolean isOff =
        metadata.number(keys.key(length)).orElse(CHUNK) == 0
            || metadata.number(keys.key(scale)).orElse(TEMPERATURE_SCALE) == 0;
    return isOff
        ? Optional.empty()
        : Optional.of(
            new AttentionTemperature(
                keys.optional(length, Integer.MAX_VALUE).orElse(CHUNK),
                keys.positive(scale).orElse(TEMPERATURE_SCALE)));
  }
}
