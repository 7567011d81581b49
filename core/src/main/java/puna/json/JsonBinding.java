package puna.json;

import java.lang.reflect.Executable;
import java.lang.reflect.Type;
import puna.json.JsonValue.JsonObject;

/// Converts JSON values to Java values and back, for the types that [JsonSchemas] describes.
///
/// Reading is strict: every component must be present (except those of type `Optional`, which may
/// be missing or null), there must be no other members, and every value must have its type. What is
/// written can be read again as an equal value. An error message has the path (`$.items[2].name`),
/// the rule, and what was found. On the module path a record's package must be open to `puna`.
public final class JsonBinding {
  /// The member that tells the records of a sealed interface apart, unless [JsonTag] says another.
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

  /// Converts an object to the arguments of a method, in the order of its parameters: what
  /// [JsonSchemas#ofParameters] describes.
  ///
  /// @throws puna.error.JsonException when a member is missing, unknown, or does not fit its type
  /// @throws IllegalArgumentException when a parameter has no name, or its type no JSON form
  public static Object[] readParameters(JsonObject arguments, Executable method) {
    return ValueReader.arguments(arguments, TypeShapes.ofParameters(method));
  }

  /// Converts a Java value to a JSON value. An empty `Optional` is left out of its object, and null
  /// elsewhere. A record of a sealed interface has its tag wherever it is written.
  ///
  /// @throws IllegalArgumentException when a value's type has no JSON form
  public static JsonValue write(Object value) {
    return ValueWriter.write(value, ValueWriter.Style.EXACT);
  }

  /// As [#write], for readers who only look: what JSON does not have is told and not refused. Null
  /// is null in records, lists and maps too, and numbers that are none are texts (`"NaN"`). It
  /// cannot always be read again.
  ///
  /// @throws IllegalArgumentException when a value's type has no JSON form
  public static JsonValue tell(Object value) {
    return ValueWriter.write(value, ValueWriter.Style.TOLD);
  }
}
