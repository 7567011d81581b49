package puna.checkpoint.meta;

import java.util.Optional;
import puna.error.JsonException;
import puna.error.ModelFormatException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// What `params.json` says of a model, of whichever generation. The width of the feed-forward part
/// is not in it: the tensors have it.
///
/// @param vocabulary ids that have a row; empty where the file says -1 or nothing
/// @param scalesRope the rotary frequencies are stretched, as from Llama 3.1 on
/// @param ropeFactor by how much, where the file says it
record MetaParams(
    String origin,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    Optional<Long> vocabulary,
    double epsilon,
    double ropeBase,
    boolean scalesRope,
    Optional<Double> ropeFactor,
    Optional<Long> slidingWindow) {

  /// @throws ModelFormatException when it is no such file, or its values contradict each other
  static MetaParams read(byte[] json, String origin) {
    try {
      if (Json.parse(json, origin) instanceof JsonObject object) {
        return new Reader(object, origin).read();
      }
    } catch (JsonException e) {
      throw new ModelFormatException(String.valueOf(e.getMessage()), e);
    }
    throw new ModelFormatException(origin + ": must be a JSON object, found another value");
  }

  int queryWidth() {
    return heads * headSize;
  }

  int kvWidth() {
    return kvHeads * headSize;
  }

  /// The members of the file, each checked.
  private record Reader(JsonObject object, String origin) {
    private static final long LARGEST = 1L << 24;
    private static final long MOST_LAYERS = 1L << 12;

    MetaParams read() {
      int width = required("dim", LARGEST);
      int heads = required("n_heads", LARGEST);
      int kvHeads = integer("n_kv_heads", 1, LARGEST).map(Math::toIntExact).orElse(heads);
      if (heads % kvHeads != 0) {
        throw failure("n_kv_heads", "must divide the %s heads, found %s".formatted(heads, kvHeads));
      }
      return new MetaParams(
          origin,
          width,
          required("n_layers", MOST_LAYERS),
          heads,
          kvHeads,
          headSize(width, heads),
          integer("vocab_size", -1, LARGEST).filter(size -> size > 0),
          positive("norm_eps").orElse(1e-5),
          positive("rope_theta").orElse(10_000.0),
          bool("use_scaled_rope"),
          positive("rope_scaling_factor"),
          integer("sliding_window", 1, Integer.MAX_VALUE));
    }

    private int headSize(int width, int heads) {
      Optional<Long> own = integer("head_dim", 1, LARGEST);
      if (own.isEmpty() && width % heads != 0) {
        throw failure("n_heads", "must divide the width %s, found %s".formatted(width, heads));
      }
      long headSize = own.orElse((long) width / heads);
      if (headSize % 2 != 0 || headSize * heads > LARGEST) {
        throw failure(
            "head_dim",
            "must be even, and at most %s over all heads, found %s × %s heads"
                .formatted(LARGEST, headSize, heads));
      }
      return (int) headSize;
    }

    private int required(String key, long largest) {
      return integer(key, 1, largest)
          .map(Math::toIntExact)
          .orElseThrow(() -> failure(key, "is required and absent"));
    }

    private Optional<Long> integer(String key, long least, long largest) {
      Optional<Double> found = number(key);
      double value = found.orElse((double) least);
      if (value != Math.rint(value) || value < least || value > largest) {
        throw failure(
            key, "must be an integer of %s to %s, found %s".formatted(least, largest, value));
      }
      return found.map(Double::longValue);
    }

    private Optional<Double> positive(String key) {
      Optional<Double> found = number(key);
      double value = found.orElse(1.0);
      if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
        throw failure(key, "must be a positive number, found " + value);
      }
      return found;
    }

    private Optional<Double> number(String key) {
      JsonValue value = object.get(key).orElse(JsonNull.NULL);
      return switch (value) {
        case JsonNull _ -> Optional.empty();
        case JsonNumber number -> Optional.of(number.asDouble());
        default -> throw failure(key, "must be a number, found another value");
      };
    }

    private boolean bool(String key) {
      JsonValue value = object.get(key).orElse(JsonBoolean.FALSE);
      if (value instanceof JsonBoolean bool) {
        return bool == JsonBoolean.TRUE;
      }
      throw failure(key, "must be true or false, found another value");
    }

    private ModelFormatException failure(String key, String finding) {
      return new ModelFormatException("%s: %s: %s".formatted(origin, key, finding));
    }
  }
}
