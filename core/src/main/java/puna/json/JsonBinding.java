package puna.json;

import java.lang.reflect.Type;

/// JSON values to Java values, and back, for the types that [JsonSchemas] describes.
///
/// Reading is strict: every component must be there (except those of type `Optional`), no other
/// member may be, and every value must have its type. A message names the path (`$.items[2].name`),
/// the rule, and what was found. On the module path the package of a record must be open to `puna`.
public final class JsonBinding {
  /// The property that tells the records of a sealed interface apart.
  public static final String TAG = "type";

  private JsonBinding() {}

  /// The Java value of a JSON value.
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

  /// The Java value of a JSON value, of a type such as `List<Point>`.
  ///
  /// @throws puna.error.JsonException when the value does not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public static Object read(JsonValue value, Type type) {
    return ValueReader.read(value, TypeShapes.of(type));
  }

  /// The Java value of a JSON value.
  ///
  /// @throws puna.error.JsonException when the value does not fit the type
  /// @throws IllegalArgumentException when the type has no JSON form
  public static <T> T read(JsonValue value, JsonType<T> type) {
    @SuppressWarnings("unchecked") // reading keeps to the type
    T result = (T) read(value, type.type());
    return result;
  }

  /// The JSON value of a Java value. An empty `Optional` is left out of its object.
  ///
  /// @throws IllegalArgumentException when a value's type has no JSON form
  public static JsonValue write(Object value) {
    return ValueWriter.write(value);
  }
}
