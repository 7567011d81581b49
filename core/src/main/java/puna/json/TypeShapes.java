package puna.json;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import puna.json.TypeShape.Bounds;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Constants;
import puna.json.TypeShape.Decimal;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.RecordParts;
import puna.json.TypeShape.StringMap;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Union;
import puna.json.TypeShape.Whole;

/// Java types to their shapes.
final class TypeShapes {
  private static final String KOTLIN_HINT = "; a Kotlin data class becomes a record by @JvmRecord";

  private static final Map<Class<?>, TypeShape> SIMPLE = simple();

  private final Map<Class<?>, TypeShape> known = new HashMap<>();

  /// @throws IllegalArgumentException when the type, or one inside it, has no JSON form; the
  ///   message names it and where it was met
  static TypeShape of(Type type) {
    return new TypeShapes().shape(type, type.getTypeName());
  }

  private TypeShape shape(Type type, String place) {
    return switch (type) {
      case Class<?> raw -> ofClass(raw, place);
      case ParameterizedType generic -> ofGeneric(generic, place);
      default -> throw unsupported(type, place);
    };
  }

  private TypeShape ofGeneric(ParameterizedType type, String place) {
    Type[] arguments = type.getActualTypeArguments();
    Type raw = type.getRawType();
    if (raw == List.class || raw == Collection.class) {
      return new Elements(shape(arguments[0], place), false);
    }
    if (raw == Set.class) {
      return new Elements(shape(arguments[0], place), true);
    }
    if (raw == Optional.class) {
      return new Maybe(shape(arguments[0], place));
    }
    if (raw == Map.class && arguments[0] == String.class) {
      return new StringMap(shape(arguments[1], place));
    }
    throw unsupported(type, place);
  }

  private TypeShape ofClass(Class<?> type, String place) {
    TypeShape simple = SIMPLE.getOrDefault(type, known.get(type));
    if (simple != null) {
      return simple;
    }
    if (JsonValue.class.isAssignableFrom(type)) {
      return new TypeShape.Any();
    }
    if (type.isEnum()) {
      Map<String, Object> byName = new LinkedHashMap<>();
      for (Object constant : type.getEnumConstants()) {
        byName.put(((Enum<?>) constant).name(), constant);
      }
      return new Constants(type, byName);
    }
    if (type.isRecord() && type.getTypeParameters().length == 0) {
      return ofRecord(type);
    }
    if (type.isInterface() && type.isSealed()) {
      return ofSealed(type, place);
    }
    throw unsupported(type, place);
  }

  private Fields ofRecord(Class<?> type) {
    Fields shape = new Fields(type, new RecordParts());
    known.put(type, shape);
    List<Component> components = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Method accessor = component.getAccessor();
      open(accessor, type);
      components.add(
          new Component(
              component.getName(),
              shape(component.getGenericType(), type.getSimpleName() + "." + component.getName()),
              Optional.ofNullable(component.getAnnotation(Description.class))
                  .map(Description::value),
              accessor));
    }
    shape.parts().complete(components, constructor(type));
    return shape;
  }

  private static Constructor<?> constructor(Class<?> type) {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters);
      open(constructor, type);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type.getName() + " has no canonical constructor", e);
    }
  }

  private static void open(AccessibleObject member, Class<?> type) {
    if (!member.trySetAccessible()) {
      throw new IllegalArgumentException(
          "%s cannot be read: add `opens %s to puna;` to the module-info of %s"
              .formatted(type.getName(), type.getPackageName(), type.getModule()));
    }
  }

  private Union ofSealed(Class<?> type, String place) {
    Map<String, Fields> variants = new LinkedHashMap<>();
    Union union = new Union(type, variants);
    known.put(type, union);
    addVariants(type, place, variants);
    return union;
  }

  private void addVariants(Class<?> type, String place, Map<String, Fields> variants) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isInterface() && permitted.isSealed()) {
        addVariants(permitted, place, variants);
      } else if (ofClass(permitted, place + " → " + permitted.getSimpleName())
          instanceof Fields fields) {
        addVariant(permitted, fields, variants);
      } else {
        throw unsupported(permitted, place);
      }
    }
  }

  private static void addVariant(Class<?> type, Fields fields, Map<String, Fields> variants) {
    boolean taken =
        Arrays.stream(type.getRecordComponents())
            .anyMatch(component -> component.getName().equals(JsonBinding.TAG));
    if (taken) {
      throw new IllegalArgumentException(
          "%s: a record of a sealed interface may have no component named `%s`: it tells the records apart"
              .formatted(type.getName(), JsonBinding.TAG));
    }
    if (variants.put(type.getSimpleName(), fields) != null) {
      throw new IllegalArgumentException(
          type.getName() + ": the records of a sealed interface must have different simple names");
    }
  }

  private static IllegalArgumentException unsupported(Type type, String place) {
    return new IllegalArgumentException(
        "%s: %s has no JSON form; use records, sealed interfaces of records, enums, List, Set, Map with String keys, Optional, strings, numbers, booleans or java.time%s"
            .formatted(place, type.getTypeName(), isKotlin(type) ? KOTLIN_HINT : ""));
  }

  /// By the annotation's name: Kotlin need not be there.
  private static boolean isKotlin(Type type) {
    return type instanceof Class<?> kind
        && Arrays.stream(kind.getAnnotations())
            .anyMatch(note -> note.annotationType().getName().equals("kotlin.Metadata"));
  }

  private static Map<Class<?>, TypeShape> simple() {
    Map<Class<?>, TypeShape> shapes = new HashMap<>();
    TypeShape truth = new TypeShape.Truth();
    shapes.put(boolean.class, truth);
    shapes.put(Boolean.class, truth);
    whole(shapes, byte.class, Byte.class, new Bounds(Byte.MIN_VALUE, Byte.MAX_VALUE));
    whole(shapes, short.class, Short.class, new Bounds(Short.MIN_VALUE, Short.MAX_VALUE));
    whole(shapes, int.class, Integer.class, new Bounds(Integer.MIN_VALUE, Integer.MAX_VALUE));
    whole(shapes, long.class, Long.class, new Bounds(Long.MIN_VALUE, Long.MAX_VALUE));
    shapes.put(BigInteger.class, new Whole(BigInteger.class, Optional.empty(), value -> value));
    shapes.put(double.class, new Decimal(double.class, BigDecimal::doubleValue));
    shapes.put(Double.class, new Decimal(Double.class, BigDecimal::doubleValue));
    shapes.put(float.class, new Decimal(float.class, BigDecimal::floatValue));
    shapes.put(Float.class, new Decimal(Float.class, BigDecimal::floatValue));
    shapes.put(BigDecimal.class, new Decimal(BigDecimal.class, value -> value));
    shapes.put(String.class, new Text(String.class, Optional.empty(), text -> text));
    text(shapes, LocalDate.class, "date", LocalDate::parse);
    text(shapes, OffsetDateTime.class, "date-time", OffsetDateTime::parse);
    text(shapes, Instant.class, "date-time", text -> OffsetDateTime.parse(text).toInstant());
    text(shapes, UUID.class, "uuid", UUID::fromString);
    shapes.put(LocalTime.class, new Text(LocalTime.class, Optional.empty(), LocalTime::parse));
    shapes.put(Duration.class, new Text(Duration.class, Optional.empty(), Duration::parse));
    return Map.copyOf(shapes);
  }

  private static void whole(
      Map<Class<?>, TypeShape> shapes, Class<?> primitive, Class<?> boxed, Bounds bounds) {
    Function<BigInteger, Object> convert =
        switch (bounds) {
          case Bounds(long minimum, long maximum) when maximum == Byte.MAX_VALUE ->
              BigInteger::byteValueExact;
          case Bounds(long minimum, long maximum) when maximum == Short.MAX_VALUE ->
              BigInteger::shortValueExact;
          case Bounds(long minimum, long maximum) when maximum == Integer.MAX_VALUE ->
              BigInteger::intValueExact;
          case Bounds _ -> BigInteger::longValueExact;
        };
    shapes.put(primitive, new Whole(primitive, Optional.of(bounds), convert));
    shapes.put(boxed, new Whole(boxed, Optional.of(bounds), convert));
  }

  private static void text(
      Map<Class<?>, TypeShape> shapes,
      Class<?> type,
      String format,
      Function<String, Object> parse) {
    shapes.put(type, new Text(type, Optional.of(format), parse));
  }
}
