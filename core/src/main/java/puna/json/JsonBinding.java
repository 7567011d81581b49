package puna.json;

import java.lang.reflect.Type;

/// Converts JSON values to Java values and back, for the types that [JsonSchemas] describes.
///
/// Reading is strict: every component must be present (except those of type `Optional`), there must
/// be no other members, and every value must have its type. An error message has the path
/// (`$.items[2].name`), the rule, and what was found. On the module path a record's package must be
/// open to `puna`.
public final class JsonBinding {
  /// The member that tells the records of a sealed interface apart.
  public static final String TAG = "type";

  private JsonBinding() {}

  /// Converts a JSON value to a Java value of a class.
  ///
  /// @throws puna.error.JsonException when the value does not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public static <T> T read(JsonValue value, Class<T> type) {
    Object result = read(value, (Type) type);
    if (type.isPrimitive()) {
      @SuppressWarnings("unchecked") // the boxed value of the primitive's own type
      T boxed = (T) result;
      return boxed;
    }
    return type.cast(result);
  }

  /// Converts a JSON value to a Java value of a type known by reflection.
  ///
  /// @throws puna.error.JsonException when the value does not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public static Object read(JsonValue value, Type type) {
    return ValueReader.read(value, TypeShapes.of(type));
  }

  /// Converts a JSON value to a Java value of a generic type such as `List<Point>`.
  ///
  /// @throws puna.error.JsonException when the value does not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public static <T> T read(JsonValue value, JsonType<T> type) {
    @SuppressWarnings("unchecked") // reading keeps to the type
    T result = (T) read(value, type.type());
    return result;
  }

  /// Converts a Java value to a JSON value. An empty `Optional` is left out of its object.
  ///
  /// @throws IllegalArgumentException when a value's type has no JSON form
  public static JsonValue write(Object value) {
    return ValueWriter.write(value);
  }
}
