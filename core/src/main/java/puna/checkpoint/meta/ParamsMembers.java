package puna.checkpoint.meta;

import java.util.Optional;
import puna.error.ModelFormatException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// The members of an object in `params.json`, each checked.
///
/// @param origin the file's name, for messages
/// @param path what leads to the object, such as `moe_args.`
record ParamsMembers(JsonObject object, String origin, String path) {
  static final long LARGEST = 1L << 24;

  /// The object that is a member; empty where there is none.
  Optional<ParamsMembers> members(String key) {
    return switch (value(key)) {
      case JsonNull _ -> Optional.empty();
      case JsonObject inner -> Optional.of(new ParamsMembers(inner, origin, path + key + "."));
      default -> throw failure(key, "must be an object, found another value");
    };
  }

  int required(String key, long largest) {
    return integer(key, 1, largest)
        .map(Math::toIntExact)
        .orElseThrow(() -> failure(key, "is required and absent"));
  }

  Optional<Long> integer(String key, long least, long largest) {
    Optional<Double> found = number(key);
    double value = found.orElse((double) least);
    if (value != Math.rint(value) || value < least || value > largest) {
      throw failure(
          key, "must be an integer of %s to %s, found %s".formatted(least, largest, value));
    }
    return found.map(Double::longValue);
  }

  Optional<Double> positive(String key) {
    Optional<Double> found = number(key);
    double value = found.orElse(1.0);
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw failure(key, "must be a positive number, found " + value);
    }
    return found;
  }

  private Optional<Double> number(String key) {
    return switch (value(key)) {
      case JsonNull _ -> Optional.empty();
      case JsonNumber number -> Optional.of(number.asDouble());
      default -> throw failure(key, "must be a number, found another value");
    };
  }

  /// Empty where it is absent.
  Optional<Boolean> bool(String key) {
    return switch (value(key)) {
      case JsonNull _ -> Optional.empty();
      case JsonBoolean bool -> Optional.of(bool == JsonBoolean.TRUE);
      default -> throw failure(key, "must be true or false, found another value");
    };
  }

  private JsonValue value(String key) {
    return object.get(key).orElse(JsonNull.NULL);
  }

  ModelFormatException failure(String key, String finding) {
    return new ModelFormatException("%s: %s%s: %s".formatted(origin, path, key, finding));
  }
}
