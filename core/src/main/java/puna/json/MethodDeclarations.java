package puna.json;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A method and those that it overrides, nearest first, with the type arguments by which its class
/// extends theirs.
record MethodDeclarations(List<Method> methods, Map<TypeVariable<?>, Type> arguments) {

  static MethodDeclarations of(Method method, Class<?> receiver) {
    Map<TypeVariable<?>, Type> arguments = new HashMap<>();
    Set<Class<?>> kinds = new LinkedHashSet<>();
    collect(receiver, kinds, arguments);
    List<Method> methods = new ArrayList<>();
    methods.add(method);
    if (!Modifier.isStatic(method.getModifiers())) {
      for (Class<?> kind : kinds) {
        for (Method other : kind.getDeclaredMethods()) {
          if (isOverridden(other, method, arguments)) {
            methods.add(other);
          }
        }
      }
    }
    return new MethodDeclarations(List.copyOf(methods), arguments);
  }

  /// The class, its superclasses, and then the interfaces, each once.
  private static void collect(
      Class<?> type, Set<Class<?>> kinds, Map<TypeVariable<?>, Type> arguments) {
    if (!kinds.add(type)) {
      return;
    }
    List<Type> parents = new ArrayList<>();
    Optional.ofNullable(type.getGenericSuperclass()).ifPresent(parents::add);
    parents.addAll(List.of(type.getGenericInterfaces()));
    for (Type parent : parents) {
      Class<?> raw = raw(parent);
      if (parent instanceof ParameterizedType generic) {
        for (int i = 0; i < raw.getTypeParameters().length; i++) {
          arguments.putIfAbsent(
              raw.getTypeParameters()[i],
              TypeArguments.resolve(generic.getActualTypeArguments()[i], arguments));
        }
      }
      collect(raw, kinds, arguments);
    }
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  private static boolean isOverridden(
      Method other, Method method, Map<TypeVariable<?>, Type> arguments) {
    return !other.equals(method)
        && !other.isBridge()
        && !other.isSynthetic()
        && !Modifier.isStatic(other.getModifiers())
        && !Modifier.isPrivate(other.getModifiers())
        && other.getName().equals(method.getName())
        && (Arrays.equals(other.getParameterTypes(), method.getParameterTypes())
            || erased(other, arguments).equals(erased(method, arguments)));
  }

  private static List<Class<?>> erased(Method method, Map<TypeVariable<?>, Type> arguments) {
    List<Class<?>> types = new ArrayList<>();
    for (Type type : method.getGenericParameterTypes()) {
      types.add(TypeShapes.rawClass(TypeArguments.resolve(type, arguments)));
    }
    return types;
  }

  /// What the nearest [Description] says.
  Optional<String> description() {
    return methods.stream()
        .map(method -> Optional.ofNullable(method.getAnnotation(Description.class)))
        .flatMap(Optional::stream)
        .map(Description::value)
        .findFirst();
  }

  Method method() {
    return methods.getFirst();
  }

  /// The type of the result, type arguments put in.
  Type result() {
    return TypeArguments.resolve(method().getGenericReturnType(), arguments);
  }

  /// The type of a parameter, type arguments put in.
  Type parameterType(int index) {
    return TypeArguments.resolve(method().getGenericParameterTypes()[index], arguments);
  }

  /// One parameter in each of the declarations.
  List<Parameter> parameter(int index) {
    return methods.stream().map(method -> method.getParameters()[index]).toList();
  }
}
