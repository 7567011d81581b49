package puna.json;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.json.TypeArguments.Applied;

/// Finds results that can never be written, so that a method is refused when it is described and
/// not when it has run. What an open type (`Object`, an interface of the program) holds is seen
/// when it is there.
final class ResultTypes {
  /// Of the interfaces of Java itself only these have values that can be written.
  private static final List<Class<?>> WRITABLE =
      List.of(CharSequence.class, Comparable.class, java.io.Serializable.class);

  private static final int DEEPEST = 64;

  private final Set<Type> seen = new HashSet<>();
  private int depth;

  private ResultTypes() {}

  /// @throws IllegalArgumentException when no value of the type has a JSON form
  static void requireWritable(Type type, String place) {
    new ResultTypes().require(type, place);
  }

  private void require(Type type, String place) {
    if (!seen.add(type) || depth == DEEPEST) {
      return;
    }
    depth++;
    switch (type) {
      case Applied generic -> requireGeneric(generic, place);
      case GenericArrayType array -> require(array.getGenericComponentType(), place);
      case TypeVariable<?> variable -> require(variable.getBounds()[0], place);
      case Class<?> raw -> requireClass(raw, raw, place);
      default -> {}
    }
    depth--;
  }

  private void requireGeneric(Applied type, String place) {
    Class<?> raw = type.raw();
    if (isContainer(raw)) {
      require(type.arguments().getLast(), place);
    } else {
      requireClass(raw, type, place);
    }
  }

  private void requireClass(Class<?> type, Type generic, String place) {
    if (Scalars.isWritten(type)) {
      return;
    }
    if (type.isArray()) {
      require(type.getComponentType(), place);
    } else if (type.isRecord()) {
      Map<TypeVariable<?>, Type> arguments = TypeArguments.of(generic);
      for (RecordComponent component : type.getRecordComponents()) {
        require(
            TypeArguments.resolve(component.getGenericType(), arguments),
            place + "." + component.getName());
      }
    } else if (!isOpen(type)) {
      try {
        TypeShape _ = TypeShapes.of(type);
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
    return Arrays.asList(Object.class, Record.class, Enum.class, void.class, Void.class)
            .contains(type)
        || Number.class.isAssignableFrom(type)
        || CharSequence.class.isAssignableFrom(type)
        || isContainer(type)
        || (type.isInterface() && mayBeWritten(type));
  }

  /// A stream, a future or an iterator is never written; a value behind an interface of the
  /// program's own may be a record.
  private static boolean mayBeWritten(Class<?> type) {
    String name = type.getName();
    return !(name.startsWith("java.") || name.startsWith("javax."))
        || name.startsWith("java.time.")
        || name.startsWith("java.lang.constant.")
        || WRITABLE.contains(type);
  }
}
