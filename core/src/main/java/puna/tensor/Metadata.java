package puna.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import puna.error.ModelFormatException;

/// Keys and typed values that come with a model.
///
/// A value is one of `Long` (every integer type), `Double` (f32 and f64), `Boolean`, `String`,
/// `long[]`, `double[]`, `boolean[]`, `List<String>`, [OutOfRange]. Accessors are strict: a value
/// of another kind is a `ModelFormatException` that names the key. Elements of a `List<String>`
/// that are not UTF-8 are written as [FileText] says.
///
/// It remembers which keys were asked for, so that a loader can tell what it has passed over.
public final class Metadata {
  private final String origin;
  private final SequencedMap<String, Object> values;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  public Metadata(String origin, Map<String, Object> values) {
    this.origin = origin;
    this.values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  /// All values in file order.
  public SequencedMap<String, Object> values() {
    return values;
  }

  public boolean has(String key) {
    asked.add(key);
    return values.containsKey(key);
  }

  /// Whether the value is an array of integers.
  public boolean isIntegers(String key) {
    asked.add(key);
    return values.get(key) instanceof long[];
  }

  /// The keys that begin with `prefix` and that no accessor was asked for, in file order.
  public List<String> unread(String prefix) {
    return values.keySet().stream()
        .filter(key -> key.startsWith(prefix) && !asked.contains(key))
        .toList();
  }

  public Optional<String> string(String key) {
    return value(key, String.class, "a string");
  }

  public OptionalLong integer(String key) {
    return value(key, Long.class, "an integer").map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /// A floating-point or integer value.
  public OptionalDouble number(String key) {
    asked.add(key);
    if (values.get(key) instanceof Long integer) {
      return OptionalDouble.of(integer.doubleValue());
    }
    return value(key, Double.class, "a number")
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  public Optional<Boolean> bool(String key) {
    return value(key, Boolean.class, "a bool");
  }

  @SuppressWarnings("unchecked")
  public Optional<List<String>> strings(String key) {
    return value(key, List.class, "an array of strings").map(list -> (List<String>) list);
  }

  /// The array itself, not a copy: it may hold hundreds of thousands of values.
  public Optional<long[]> integers(String key) {
    return value(key, long[].class, "an array of integers");
  }

  /// The array itself, not a copy.
  public Optional<double[]> numbers(String key) {
    return value(key, double[].class, "an array of floating-point numbers");
  }

  /// As [#numbers], also of an array of integers.
  public Optional<double[]> numbersOrIntegers(String key) {
    return values.get(key) instanceof long[] integers
        ? Optional.of(LongStream.of(integers).asDoubleStream().toArray())
        : numbers(key);
  }

  /// The value where it is a string; empty for a value of another kind, as for none.
  public Optional<String> stringIfAny(String key) {
    return values.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// @throws ModelFormatException when the key is absent or no integer
  public long requireInteger(String key) {
    return integer(key).orElseThrow(() -> missing(key));
  }

  /// @throws ModelFormatException when the key is absent or no string
  public String requireString(String key) {
    return string(key).orElseThrow(() -> missing(key));
  }

  /// @throws ModelFormatException when the key is absent or no number
  public double requireNumber(String key) {
    return number(key).orElseThrow(() -> missing(key));
  }

  private ModelFormatException missing(String key) {
    return new ModelFormatException(
        "%s: metadata key %s is required and absent".formatted(origin, key));
  }

  private <T> Optional<T> value(String key, Class<T> type, String wanted) {
    asked.add(key);
    Object found = values.get(key);
    if (found == null) {
      return Optional.empty();
    }
    if (found instanceof OutOfRange odd) {
      throw new ModelFormatException(
          "%s: metadata key %s %s, found %s".formatted(origin, key, odd.rule(), odd.offender()));
    }
    if (!type.isInstance(found)) {
      throw new ModelFormatException(
          "%s: metadata key %s must be %s, found %s"
              .formatted(origin, key, wanted, describe(found)));
    }
    return Optional.of(type.cast(found));
  }

  private static String describe(Object value) {
    return switch (value) {
      case long[] array -> "an array of " + array.length + " integers";
      case double[] array -> "an array of " + array.length + " floating-point numbers";
      case boolean[] array -> "an array of " + array.length + " bools";
      case List<?> list -> "an array of " + list.size() + " strings";
      case String text -> "the string \"" + excerpt(text) + '"';
      default ->
          "the "
              + value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
              + " "
              + value;
    };
  }

  // A message is one line, whatever the file says.
  private static String excerpt(String text) {
    return text.substring(0, Math.min(40, text.length())).replaceAll("\\p{Cntrl}", "?");
  }
}
