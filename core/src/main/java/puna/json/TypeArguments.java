package puna.json;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Puts type arguments where type variables stand.
final class TypeArguments {
  private TypeArguments() {}

  /// A generic class with its arguments, equal to another of the same: reflection's own are equal
  /// to their like alone.
  record Applied(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      return arguments.stream()
          .map(Type::getTypeName)
          .collect(Collectors.joining(", ", raw.getTypeName() + "<", ">"));
    }

    @Override
    public String toString() {
      return getTypeName();
    }
  }

  /// An array whose component is no class.
  private record GenericArray(Type component) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return component;
    }

    @Override
    public String getTypeName() {
      return component.getTypeName() + "[]";
    }
  }

  /// A type without the variables that have an argument. `? extends T` and `? super T` become `T`,
  /// for a value of that type fits both; `?` is any JSON value.
  static Type resolve(Type type, Map<TypeVariable<?>, Type> arguments) {
    return switch (type) {
      case ParameterizedType generic ->
          new Applied(
              (Class<?>) generic.getRawType(),
              Arrays.stream(generic.getActualTypeArguments())
                  .map(argument -> resolve(argument, arguments))
                  .toList());
      case TypeVariable<?> variable -> arguments.getOrDefault(variable, variable);
      case GenericArrayType array -> array(resolve(array.getGenericComponentType(), arguments));
      case WildcardType wildcard -> {
        Type bound =
            wildcard.getLowerBounds().length > 0
                ? wildcard.getLowerBounds()[0]
                : wildcard.getUpperBounds()[0];
        yield bound == Object.class ? JsonValue.class : resolve(bound, arguments);
      }
      default -> type;
    };
  }

  private static Type array(Type component) {
    return component instanceof Class<?> raw ? raw.arrayType() : new GenericArray(component);
  }

  /// The arguments of a resolved type by the variables of its class.
  static Map<TypeVariable<?>, Type> of(Type type) {
    Map<TypeVariable<?>, Type> arguments = new HashMap<>();
    if (type instanceof Applied(Class<?> raw, List<Type> values)) {
      for (int i = 0; i < values.size(); i++) {
        arguments.put(raw.getTypeParameters()[i], values.get(i));
      }
    }
    return arguments;
  }

  /// A permitted class of a sealed type with the arguments that make it a subtype; empty where
  /// there are none: `IntNode implements Node<Integer>` is no `Node<String>`.
  static Optional<Type> permitted(Class<?> subtype, Type sealed) {
    if (!(sealed instanceof Applied(Class<?> raw, List<Type> wanted))) {
      return Optional.of(subtype);
    }
    Map<TypeVariable<?>, Type> found = new HashMap<>();
    for (Type parent : subtype.getGenericInterfaces()) {
      if (parent instanceof ParameterizedType generic && generic.getRawType() == raw) {
        for (int i = 0; i < wanted.size(); i++) {
          Type said = generic.getActualTypeArguments()[i];
          if (said instanceof TypeVariable<?> variable) {
            found.putIfAbsent(variable, wanted.get(i));
          }
          if (!resolve(said, found).equals(wanted.get(i))) {
            return Optional.empty();
          }
        }
      }
    }
    TypeVariable<?>[] variables = subtype.getTypeParameters();
    return Optional.of(
        variables.length == 0
            ? subtype
            : new Applied(
                subtype,
                Arrays.stream(variables)
                    .map(variable -> found.getOrDefault(variable, variable))
                    .toList()));
  }

  /// The name of a type in words that stand in a schema's pointers: `PageOfItem`.
  static String simpleName(Type type) {
    return switch (type) {
      case Class<?> raw when raw.isArray() -> simpleName(raw.getComponentType()) + "Array";
      case Class<?> raw -> raw.getSimpleName();
      case Applied(Class<?> raw, List<Type> arguments) ->
          arguments.stream()
              .map(TypeArguments::simpleName)
              .collect(Collectors.joining("And", raw.getSimpleName() + "Of", ""));
      case GenericArrayType array -> simpleName(array.getGenericComponentType()) + "Array";
      default -> "Any";
    };
  }
}
