package puna.json;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import puna.json.TypeArguments.Applied;
import puna.json.TypeShape.Any;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Constants;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.MapOf;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.RecordParts;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Union;
import puna.json.TypeShape.UnionParts;
import puna.json.TypeShape.Whole;

/// Java types to their shapes.
final class TypeShapes {
  private static final String USE =
      "use records, sealed interfaces of records, enums, arrays, List, Set, Map with keys that are strings, enums or whole numbers, Optional, strings, numbers, booleans, java.time, or JsonValue for any value";
  private static final String KOTLIN_HINT = "; a Kotlin data class becomes a record by @JvmRecord";

  /// Records that grow with each level (`Grow<T>` holding a `Grow<List<T>>`) have no end.
  private static final int DEEPEST = 64;

  private final Map<Type, TypeShape> known = new HashMap<>();
  private int depth;

  /// @throws IllegalArgumentException when the type, or one inside it, has no JSON form; the
  ///   message names it and where it was met
  static TypeShape of(Type type) {
    TypeShape shape =
        new TypeShapes().shape(TypeArguments.resolve(type, Map.of()), type.getTypeName());
    FiniteTypes.require(shape);
    return shape;
  }

  /// The parameters of a method or constructor as the components of one object.
  static Fields ofParameters(Executable method) {
    Parameter[] parameters = method.getParameters();
    return ofParameters(
        method,
        index -> List.of(parameters[index]),
        index -> TypeArguments.resolve(parameters[index].getParameterizedType(), Map.of()));
  }

  /// The parameters of a method, with what the methods say that it overrides.
  static Fields ofParameters(MethodDeclarations method) {
    return ofParameters(method.method(), method::parameter, method::parameterType);
  }

  private static Fields ofParameters(
      Executable method, IntFunction<List<Parameter>> declared, IntFunction<Type> types) {
    TypeShapes shapes = new TypeShapes();
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < method.getParameterCount(); i++) {
      List<Parameter> parameters = declared.apply(i);
      String name =
          parameters.stream()
              .filter(Parameter::isNamePresent)
              .map(Parameter::getName)
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "the parameters of %s have no names: compile it with -parameters"
                          .formatted(method)));
      components.add(
          shapes.component(
              new Notes(parameters), name, types.apply(i), method.getName() + "." + name));
    }
    requireNames(components, method.getName());
    RecordParts parts = new RecordParts();
    parts.complete(components, Optional.empty());
    Fields fields = new Fields(method.getDeclaringClass(), void.class, Optional.empty(), parts);
    FiniteTypes.require(fields);
    return fields;
  }

  private TypeShape shape(Type type, String place) {
    TypeShape before = known.get(type);
    if (before != null) {
      return before;
    }
    if (depth == DEEPEST) {
      throw new IllegalArgumentException(place + ": types may be nested 64 levels deep");
    }
    depth++;
    TypeShape shape =
        switch (type) {
          case Class<?> raw -> ofClass(raw, place);
          case Applied generic -> ofGeneric(generic, place);
          case GenericArrayType array -> ofArray(array.getGenericComponentType(), place);
          case TypeVariable<?> variable -> ofVariable(variable, place);
          default -> throw unsupported(type, place);
        };
    depth--;
    return shape;
  }

  private TypeShape ofVariable(TypeVariable<?> variable, String place) {
    Type bound = variable.getBounds()[0];
    if (bound == Object.class || !(bound instanceof Class<?> raw)) {
      throw new IllegalArgumentException(
          "%s: %s has no type argument; say it, as in new JsonType<Page<Item>>() {}"
              .formatted(place, variable.getTypeName()));
    }
    return ofClass(raw, place);
  }

  private TypeShape ofArray(Type component, String place) {
    Class<?> raw = rawClass(component);
    return new Elements(
        shape(component, place + "[]"), false, elements -> Containers.array(elements, raw));
  }

  private TypeShape ofGeneric(Applied type, String place) {
    Class<?> raw = type.raw();
    if (raw.isRecord()) {
      return ofRecord(raw, type);
    }
    if (raw.isInterface() && raw.isSealed()) {
      return ofSealed(raw, type, place);
    }
    Type first = type.arguments().getFirst();
    if (raw == Optional.class) {
      TypeShape inner = shape(first, place);
      if (inner instanceof Maybe) {
        throw new IllegalArgumentException(
            "%s: %s cannot be told from null; use one Optional"
                .formatted(place, type.getTypeName()));
      }
      return new Maybe(inner, value -> value);
    }
    boolean isComparable = Comparable.class.isAssignableFrom(rawClass(first));
    if (Containers.isSorted(raw) && !isComparable) {
      throw new IllegalArgumentException(
          "%s: %s cannot be sorted; its elements must be Comparable"
              .formatted(place, type.getTypeName()));
    }
    var collect = Containers.collection(raw, rawClass(first));
    if (collect.isPresent()) {
      return new Elements(shape(first, place), Containers.isSet(raw), collect.get());
    }
    var map = Containers.map(raw, rawClass(first));
    if (map.isPresent()) {
      return new MapOf(keys(first, place), shape(type.arguments().get(1), place), map.get());
    }
    throw unsupported(type, place);
  }

  private TypeShape keys(Type type, String place) {
    TypeShape shape = shape(type, place);
    boolean isName =
        switch (shape) {
          case Constants _, Whole _ -> true;
          case Text text -> text.keywords().isEmpty();
          default -> false;
        };
    if (!isName) {
      throw new IllegalArgumentException(
          "%s: a map's keys must be strings, enums or whole numbers, found %s"
              .formatted(place, type.getTypeName()));
    }
    return shape;
  }

  private TypeShape ofClass(Class<?> type, String place) {
    TypeShape simple = Scalars.SHAPES.get(type);
    if (simple != null) {
      return simple;
    }
    if (type.isArray()) {
      return ofArray(type.getComponentType(), place);
    }
    Optional<Maybe> maybe = Containers.maybe(type);
    if (maybe.isPresent()) {
      return maybe.get();
    }
    if (JsonValue.class.isAssignableFrom(type)) {
      // a constant's own class lies below that of its enum
      return new Any(type.isAnonymousClass() ? type.getSuperclass() : type);
    }
    if (type.isEnum()) {
      return EnumNames.shape(type);
    }
    if (type.isRecord()) {
      return ofRecord(type, type);
    }
    if (type.isInterface() && type.isSealed()) {
      return ofSealed(type, type, place);
    }
    throw unsupported(type, place);
  }

  private Fields ofRecord(Class<?> type, Type key) {
    Fields shape = new Fields(type, key, Sealed.tag(type), new RecordParts());
    known.put(key, shape);
    Map<TypeVariable<?>, Type> arguments = TypeArguments.of(key);
    List<Component> components = new ArrayList<>();
    Constructor<?> constructor = constructor(type);
    for (RecordMember member : RecordMember.of(type)) {
      Component component =
          component(
              member.notes(),
              member.component().getName(),
              TypeArguments.resolve(member.component().getGenericType(), arguments),
              type.getSimpleName() + "." + member.component().getName());
      open(member.accessor(), type);
      components.add(
          new Component(
              component.name(),
              component.shape(),
              component.description(),
              Optional.of(member.accessor())));
    }
    requireNames(components, type.getName());
    shape.parts().complete(components, Optional.of(constructor));
    return shape;
  }

  private Component component(Notes notes, String javaName, Type type, String place) {
    if (notes.isIgnored()) {
      throw new IllegalArgumentException(
          "%s: a component that is ignored could not be read; leave @JsonIgnore away, or the component"
              .formatted(place));
    }
    TypeShape shape = Limits.apply(notes, shape(type, place), place);
    return new Component(
        notes.name().orElse(javaName), shape, notes.description(), Optional.empty());
  }

  private static void requireNames(List<Component> components, String place) {
    Set<String> names = new HashSet<>();
    for (Component component : components) {
      if (!names.add(component.name())) {
        throw new IllegalArgumentException(
            "%s: two components have the name \"%s\" in JSON".formatted(place, component.name()));
      }
    }
  }

  private static Constructor<?> constructor(Class<?> type) {
    Constructor<?> constructor = RecordMember.constructor(type);
    open(constructor, type);
    return constructor;
  }

  static void open(AccessibleObject member, Class<?> type) {
    if (!member.trySetAccessible()) {
      throw new IllegalArgumentException(
          "%s cannot be read: add `opens %s to puna;` to the module-info of %s"
              .formatted(type.getName(), type.getPackageName(), type.getModule()));
    }
  }

  private Union ofSealed(Class<?> type, Type key, String place) {
    Union union = new Union(type, key, Sealed.tagName(type), new UnionParts());
    known.put(key, union);
    Map<String, Fields> variants = new LinkedHashMap<>();
    List<Constants> constants = new ArrayList<>();
    for (Type permitted : Sealed.permitted(type, key)) {
      Class<?> raw = rawClass(permitted);
      switch (shape(permitted, place + " → " + raw.getSimpleName())) {
        case Fields fields -> Sealed.add(fields, union.tag(), variants);
        case Constants names -> Sealed.add(names, constants);
        default -> throw unsupported(permitted, place);
      }
    }
    union.parts().complete(variants, constants);
    return union;
  }

  static Class<?> rawClass(Type type) {
    return switch (type) {
      case Class<?> raw -> raw;
      case Applied generic -> generic.raw();
      case GenericArrayType array -> rawClass(array.getGenericComponentType()).arrayType();
      case TypeVariable<?> variable -> rawClass(variable.getBounds()[0]);
      default -> Object.class;
    };
  }

  private static IllegalArgumentException unsupported(Type type, String place) {
    return new IllegalArgumentException(
        "%s: %s has no JSON form; %s%s"
            .formatted(place, type.getTypeName(), USE, isKotlin(type) ? KOTLIN_HINT : ""));
  }

  /// By the annotation's name: Kotlin need not be there.
  private static boolean isKotlin(Type type) {
    return type instanceof Class<?> kind
        && Arrays.stream(kind.getAnnotations())
            .anyMatch(note -> note.annotationType().getName().equals("kotlin.Metadata"));
  }
}
