package puna.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;

/// The keys of a file that begin with its architecture (`llama.*`, `llama4.*`), each checked for
/// itself. Names are given without the prefix.
final class LlamaKeys {
  /// The dense Llama, and Mixtral's mixture of experts.
  static final String LLAMA = "llama";

  /// The fourth generation.
  static final String LLAMA_4 = "llama4";

  private static final int SHOWN_VALUES = 8;

  private final String origin;
  private final Metadata metadata;
  private final String architecture;

  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the file has another architecture
  LlamaKeys(String origin, Metadata metadata) {
    this.origin = origin;
    this.metadata = metadata;
    this.architecture = metadata.requireString("general.architecture");
    if (!architecture.equals(LLAMA) && !architecture.equals(LLAMA_4)) {
      throw refusal(
          "general.architecture",
          "must be '%s' or '%s', the two that this version of Puna runs, found '%s'"
              .formatted(LLAMA, LLAMA_4, architecture));
    }
  }

  String key(String name) {
    return architecture + "." + name;
  }

  boolean isFourth() {
    return architecture.equals(LLAMA_4);
  }

  Metadata metadata() {
    return metadata;
  }

  /// An integer from 1 to `max`.
  int extent(String name, int max) {
    metadata.requireInteger(key(name));
    return optional(name, max).orElseThrow();
  }

  /// An integer from 1 to `max`, where there is one.
  OptionalInt optional(String name, int max) {
    return checked(name, max, metadata.integer(key(name)));
  }

  /// An integer from 1 to `max`, or an array of one for each layer, where there is one.
  OptionalInt layered(String name, int max, int layers) {
    return checked(name, max, equalForLayers(name, layers));
  }

  /// An integer, or the one that an array has for each of the layers.
  OptionalLong equalForLayers(String name, int layers) {
    if (!metadata.isIntegers(key(name))) {
      return metadata.integer(key(name));
    }
    long[] values = metadata.integers(key(name)).orElseThrow();
    if (values.length != layers) {
      throw refusal(
          key(name),
          "must be a number, or an array of one for each of the %s layers, found %s of them"
              .formatted(layers, values.length));
    }
    if (Arrays.stream(values).anyMatch(value -> value != values[0])) {
      throw refusal(key(name), "must be the same for all layers, found " + shown(values));
    }
    return OptionalLong.of(values[0]);
  }

  /// The first values of an array, for messages.
  static String shown(long[] values) {
    return shown(
        values.length, Arrays.stream(values).limit(SHOWN_VALUES).mapToObj(String::valueOf));
  }

  /// The first flags of an array, for messages.
  static String shown(boolean[] flags) {
    int count = Math.min(SHOWN_VALUES, flags.length);
    return shown(flags.length, IntStream.range(0, count).mapToObj(i -> String.valueOf(flags[i])));
  }

  private static String shown(int count, Stream<String> first) {
    return first.collect(Collectors.joining(", ")) + (count > SHOWN_VALUES ? ", …" : "");
  }

  /// A number above 0, where there is one.
  Optional<Double> positive(String name) {
    if (!metadata.has(key(name))) {
      return Optional.empty();
    }
    double value = metadata.requireNumber(key(name));
    if (!(value > 0 && value < Float.MAX_VALUE)) {
      throw refusal(key(name), "must be a positive number, found " + value);
    }
    return Optional.of(value);
  }

  ModelFormatException refusal(String place, String rule) {
    return new ModelFormatException("%s: %s %s".formatted(origin, place, rule));
  }

  private OptionalInt checked(String name, int max, OptionalLong value) {
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() < 1 || value.getAsLong() > max) {
      throw refusal(
          key(name), "must be between 1 and %s, found %s".formatted(max, value.getAsLong()));
    }
    return OptionalInt.of((int) value.getAsLong());
  }
}
