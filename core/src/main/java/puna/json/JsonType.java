package puna.json;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/// A generic Java type such as `List<Point>`, which has no class literal. It is written as an
/// anonymous subclass: `new JsonType<List<Point>>() {}`.
///
/// @param <T> the type
public abstract class JsonType<T> {
  private final Type type;

  /// For anonymous subclasses with a type argument.
  ///
  /// @throws IllegalStateException when the subclass has no type argument
  protected JsonType() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType said)
        || said.getRawType() != JsonType.class) {
      throw new IllegalStateException(
          "a JSON type must be made as new JsonType<List<Point>>() {}, found " + getClass());
    }
    type = said.getActualTypeArguments()[0];
  }

  private JsonType(Type type) {
    this.type = type;
  }

  /// The type of a class without type parameters.
  public static <T> JsonType<T> of(Class<T> type) {
    return new OfClass<>(requireNonNull(type, "type"));
  }

  /// The type as reflection represents it.
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof JsonType<?> json && type.equals(json.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  /// The type as Java code writes it.
  @Override
  public final String toString() {
    return type.getTypeName();
  }

  private static final class OfClass<T> extends JsonType<T> {
    OfClass(Class<T> type) {
      super(type);
    }
  }
}
