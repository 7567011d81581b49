package puna.agent;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.json.JsonSchemas;

/// Finds results that can never be written, so that a tool is refused when it is made and not when
/// it has run. What an open type (`Object`, an interface) holds is seen when it is there.
final class ResultTypes {
  private final Set<Type> seen = new HashSet<>();

  private ResultTypes() {}

  /// @throws IllegalArgumentException when no value of the type has a JSON form
  static void requireWritable(Type type, String place) {
    new ResultTypes().require(type, place);
  }

  private void require(Type type, String place) {
    if (!seen.add(type)) {
      return;
    }
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      if (isContainer(raw)) {
        require(
            generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1], place);
      } else {
        requireClass(raw, place);
      }
    } else if (type instanceof Class<?> raw) {
      requireClass(raw, place);
    }
  }

  private void requireClass(Class<?> type, String place) {
    if (type.isArray()) {
      require(type.getComponentType(), place);
    } else if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        require(component.getGenericType(), place + "." + component.getName());
      }
    } else if (!isOpen(type)) {
      try {
        JsonSchemas.of(type);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
      }
    }
  }

  private static boolean isContainer(Class<?> type) {
    return Iterable.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || type == Optional.class;
  }

  /// Whether a value of the type may be of a subtype that can be written.
  private static boolean isOpen(Class<?> type) {
    return type.isInterface()
        || type == Void.class
        || Arrays.asList(Object.class, Record.class, Enum.class, void.class).contains(type)
        || Number.class.isAssignableFrom(type)
        || CharSequence.class.isAssignableFrom(type)
        || isContainer(type);
  }
}
