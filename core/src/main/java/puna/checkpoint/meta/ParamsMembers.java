package puna.checkpoint.meta;

import java.util.Optional;
import java.util.function.Function;
import puna.error.ModelFormatException;
import puna.json.JsonPlace;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// The members of an object in `params.json`, each checked.
///
/// @param origin the file's name, for messages
record ParamsMembers(JsonPlace place, String origin) {
  static final long LARGEST = 1L << 24;

  /// All of the file's.
  static ParamsMembers of(JsonObject file, String origin) {
    return new ParamsMembers(
        JsonPlace.of(
            file,
            "",
            (place, fault, rule) -> failure(origin, place.path(), rule + ", found another value")),
        origin);
  }

  /// The object that is a member; empty where there is none.
  Optional<ParamsMembers> members(String key) {
    Optional<JsonPlace> inner = place.get(key).map(Function.identity());
    inner.ifPresent(JsonPlace::object);
    return inner.map(object -> new ParamsMembers(object, origin));
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
    return place
        .get(key)
        .map(found -> {
          if (found.value() instanceof JsonNumber number) {
            return number.asDouble();
          }
          throw found.wrongKind("must be a number");
        });
  }

  /// Empty where it is absent.
  Optional<Boolean> bool(String key) {
    return place.get(key).map(JsonPlace::isTrue);
  }

  ModelFormatException failure(String key, String finding) {
    return failure(origin, place.get(key).path(), finding);
  }

  private static ModelFormatException failure(String origin, String path, String finding) {
    return new ModelFormatException("%s: %s: %s".formatted(origin, path, finding));
  }
}
