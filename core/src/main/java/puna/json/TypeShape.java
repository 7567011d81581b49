package puna.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// How a Java type looks as JSON.
sealed interface TypeShape {
  /// A JSON value, as it is: any, or those of one kind.
  record Any(Class<?> type) implements TypeShape {}

  record Truth() implements TypeShape {}

  /// A string, or a type that is written as one.
  ///
  /// @param keywords what the schema says beside `type`: every string that keeps to it can be read
  /// @param parse throws a `RuntimeException` of its own for text that it does not take
  record Text(Class<?> type, Map<String, JsonValue> keywords, Function<String, Object> parse)
      implements TypeShape {}

  /// A whole number within bounds; no bounds for `BigInteger`.
  record Whole(Class<?> type, Optional<Bounds> bounds, Function<BigInteger, Object> convert)
      implements TypeShape {}

  record Bounds(long minimum, long maximum) {}

  /// A number.
  ///
  /// @param limit the largest magnitude, where the schema must say it
  record Decimal(Class<?> type, Optional<BigDecimal> limit, Function<String, Object> convert)
      implements TypeShape {}

  record Constants(Class<?> type, Map<String, Object> byName) implements TypeShape {}

  /// An array.
  ///
  /// @param isSet whether equal elements become one
  record Elements(TypeShape element, boolean isSet, Function<List<Object>, Object> collect)
      implements TypeShape {}

  /// An object with any members, whose names are read by `keys`.
  record MapOf(TypeShape keys, TypeShape value, Function<Map<Object, Object>, Object> collect)
      implements TypeShape {}

  /// A value that may be absent, or null: `Optional`, `OptionalInt` and their like.
  record Maybe(TypeShape inner, Function<Optional<Object>, Object> wrap) implements TypeShape {}

  /// A value that keeps to limits beside those of its type.
  record Limited(TypeShape inner, List<Limit> limits) implements TypeShape {}

  /// A record. Its components are looked up late, for a record may contain itself.
  ///
  /// @param key the record with its type arguments
  record Fields(Class<?> type, Type key, Optional<Tag> tag, RecordParts parts)
      implements TypeShape {}

  /// A sealed interface of records, told apart by one member, and of enums.
  record Union(Class<?> type, Type key, String tag, UnionParts parts) implements TypeShape {}

  /// The member that says which record of a sealed interface an object is.
  record Tag(String name, String value) {}

  record Component(
      String name, TypeShape shape, Optional<String> description, Optional<Method> accessor) {
    /// Without its limits.
    boolean mayBeAbsent() {
      return shape instanceof Maybe;
    }
  }

  /// What is known of a record once all of its components have been seen.
  final class RecordParts {
    private List<Component> components = List.of();
    private Optional<Constructor<?>> constructor = Optional.empty();

    void complete(List<Component> components, Optional<Constructor<?>> constructor) {
      this.components = List.copyOf(components);
      this.constructor = constructor;
    }

    List<Component> components() {
      return components;
    }

    Constructor<?> constructor() {
      return constructor.orElseThrow();
    }
  }

  /// What is known of a sealed interface once all that it permits has been seen.
  final class UnionParts {
    private Map<String, Fields> variants = Map.of();
    private List<Constants> constants = List.of();

    void complete(Map<String, Fields> variants, List<Constants> constants) {
      this.variants = variants;
      this.constants = List.copyOf(constants);
    }

    Map<String, Fields> variants() {
      return variants;
    }

    List<Constants> constants() {
      return constants;
    }
  }
}
