package puna.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// How a Java type looks as JSON.
sealed interface TypeShape {
  /// Any JSON value, as it is.
  record Any() implements TypeShape {}

  record Truth() implements TypeShape {}

  /// A string, or a type that is written as one.
  ///
  /// @param format the schema's `format`, absent for plain strings
  /// @param parse throws a `RuntimeException` of its own for text that it does not take
  record Text(Class<?> type, Optional<String> format, Function<String, Object> parse)
      implements TypeShape {}

  /// A whole number within bounds; no bounds for `BigInteger`.
  record Whole(Class<?> type, Optional<Bounds> bounds, Function<BigInteger, Object> convert)
      implements TypeShape {}

  record Bounds(long minimum, long maximum) {}

  record Decimal(Class<?> type, Function<BigDecimal, Object> convert) implements TypeShape {}

  record Constants(Class<?> type, Map<String, Object> byName) implements TypeShape {}

  /// A `List`, or a `Set` where `unique`.
  record Elements(TypeShape element, boolean unique) implements TypeShape {}

  record StringMap(TypeShape value) implements TypeShape {}

  /// A value that may be absent, or null.
  record Maybe(TypeShape inner) implements TypeShape {}

  /// A record. Its components are looked up late, for a record may contain itself.
  record Fields(Class<?> type, RecordParts parts) implements TypeShape {}

  /// A sealed interface of records, told apart by the property `type`.
  record Union(Class<?> type, Map<String, Fields> variants) implements TypeShape {}

  record Component(String name, TypeShape shape, Optional<String> description, Method accessor) {}

  /// What is known of a record once all of its components have been seen.
  final class RecordParts {
    private List<Component> components = List.of();
    private Optional<Constructor<?>> constructor = Optional.empty();

    void complete(List<Component> components, Constructor<?> constructor) {
      this.components = List.copyOf(components);
      this.constructor = Optional.of(constructor);
    }

    List<Component> components() {
      return components;
    }

    Constructor<?> constructor() {
      return constructor.orElseThrow();
    }
  }
}
