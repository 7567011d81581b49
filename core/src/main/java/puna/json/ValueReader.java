package puna.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import puna.error.JsonException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.TypeShape.Any;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Constants;
import puna.json.TypeShape.Decimal;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Limited;
import puna.json.TypeShape.MapOf;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.Tag;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Truth;
import puna.json.TypeShape.Union;
import puna.json.TypeShape.Whole;

/// Reads JSON values by shape. The path grows with the values, whose depth `Json` bounds.
final class ValueReader {
  private static final int LONGEST_EXCERPT = 60;

  /// Beyond this scale a number's digits would not fit in memory when written out.
  private static final int LARGEST_SCALE = 10_000;

  private static final Pattern WHOLE = Pattern.compile(DigitPatterns.any());

  private ValueReader() {}

  static Object read(JsonValue value, TypeShape shape) {
    return read(value, shape, "$");
  }

  /// The values of a method's parameters, in their order.
  static Object[] arguments(JsonObject object, Fields parameters) {
    return arguments(object, parameters, "$");
  }

  private static Object read(JsonValue value, TypeShape shape, String path) {
    return switch (shape) {
      case Any any -> json(value, any.type(), path);
      case Truth _ -> {
        if (value instanceof JsonBoolean truth) {
          yield truth == JsonBoolean.TRUE;
        }
        throw failure(path, "true or false", value);
      }
      case Text text -> text(value, text, path);
      case Whole whole -> whole(value, whole, path);
      case Decimal decimal -> decimal(value, decimal, path);
      case Constants constants -> constant(value, constants, path);
      case Elements elements -> elements(value, elements, path);
      case MapOf map -> map(value, map, path);
      case Maybe(TypeShape inner, var wrap) ->
          wrap.apply(
              value == JsonNull.NULL ? Optional.empty() : Optional.of(read(value, inner, path)));
      case Limited(TypeShape inner, List<Limit> limits) -> {
        Object result = read(value, inner, path);
        for (Limit limit : limits) {
          if (!limit.admits(value)) {
            throw failure(path, limit.rule(), value);
          }
        }
        yield result;
      }
      case Fields fields -> record(object(value, fields.type(), path), fields, path);
      case Union union -> union(value, union, path);
    };
  }

  private static Object json(JsonValue value, Class<?> type, String path) {
    if (!type.isInstance(value)) {
      throw failure(path, "a " + type.getSimpleName(), value);
    }
    return value;
  }

  private static Object text(JsonValue value, Text shape, String path) {
    if (!(value instanceof JsonString(String text))) {
      throw failure(path, "a string", value);
    }
    try {
      return shape.parse().apply(text);
    } catch (java.time.DateTimeException | IllegalArgumentException e) {
      throw new JsonException(message(path, "a " + shape.type().getSimpleName(), value), e);
    }
  }

  private static Object whole(JsonValue value, Whole shape, String path) {
    String rule = "a whole number of type " + shape.type().getSimpleName();
    try {
      BigInteger exact = number(value, rule, path).toBigIntegerExact();
      return shape.convert().apply(exact);
    } catch (ArithmeticException e) {
      throw new JsonException(message(path, rule, value), e);
    }
  }

  private static Object decimal(JsonValue value, Decimal shape, String path) {
    String rule = "a number of type " + shape.type().getSimpleName();
    number(value, rule, path);
    Object result = shape.convert().apply(((JsonNumber) value).text());
    boolean finite =
        switch (result) {
          case Double number -> Double.isFinite(number);
          case Float number -> Float.isFinite(number);
          default -> true;
        };
    if (!finite) {
      throw failure(path, rule, value);
    }
    return result;
  }

  private static BigDecimal number(JsonValue value, String rule, String path) {
    if (value instanceof JsonNumber(String text)) {
      try {
        BigDecimal number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) <= LARGEST_SCALE) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new JsonException(message(path, rule, value), e);
      }
    }
    throw failure(path, rule, value);
  }

  private static Object constant(JsonValue value, Constants shape, String path) {
    Object constant = value instanceof JsonString(String name) ? shape.byName().get(name) : null;
    if (constant == null) {
      throw failure(path, "one of " + String.join(", ", shape.byName().keySet()), value);
    }
    return constant;
  }

  private static Object elements(JsonValue value, Elements shape, String path) {
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      throw failure(path, "an array", value);
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      list.add(read(elements.get(i), shape.element(), path + "[" + i + "]"));
    }
    return shape.collect().apply(list);
  }

  private static Object map(JsonValue value, MapOf shape, String path) {
    if (!(value instanceof JsonObject(Map<String, JsonValue> members))) {
      throw failure(path, "an object", value);
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    members.forEach((name, member) -> {
      String place = path + "." + name;
      if (map.put(key(name, shape.keys(), place), read(member, shape.value(), place)) != null) {
        throw new JsonException(place + ": two names for one key");
      }
    });
    return shape.collect().apply(map);
  }

  private static Object key(String name, TypeShape keys, String path) {
    return keys instanceof Whole && WHOLE.matcher(name).matches()
        ? read(new JsonNumber(name), keys, path)
        : read(new JsonString(name), keys, path);
  }

  private static JsonObject object(JsonValue value, Class<?> type, String path) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw failure(path, "an object with the components of " + type.getSimpleName(), value);
  }

  private static Object union(JsonValue value, Union shape, String path) {
    if (value instanceof JsonString(String name)) {
      for (Constants constants : shape.parts().constants()) {
        Object constant = constants.byName().get(name);
        if (constant != null) {
          return constant;
        }
      }
    }
    JsonObject object = object(value, shape.type(), path);
    Map<String, Fields> variants = shape.parts().variants();
    JsonValue tag = object.get(shape.tag()).orElse(JsonNull.NULL);
    Fields fields = tag instanceof JsonString(String name) ? variants.get(name) : null;
    if (fields == null) {
      String rule = "one of " + String.join(", ", variants.keySet());
      throw failure(path + "." + shape.tag(), rule, tag);
    }
    return record(object, fields, path);
  }

  private static Object record(JsonObject object, Fields shape, String path) {
    Object[] arguments = arguments(withoutTag(object, shape, path), shape, path);
    return construct(shape.parts().constructor(), arguments, path);
  }

  private static JsonObject withoutTag(JsonObject object, Fields shape, String path) {
    Optional<JsonValue> said = shape.tag().flatMap(tag -> object.get(tag.name()));
    if (said.isEmpty()) {
      return object;
    }
    Tag tag = shape.tag().orElseThrow();
    boolean isComponent =
        shape.parts().components().stream().anyMatch(part -> part.name().equals(tag.name()));
    if (isComponent) {
      return object;
    }
    if (!said.get().equals(new JsonString(tag.value()))) {
      throw failure(path + "." + tag.name(), "\"" + tag.value() + "\"", said.get());
    }
    return object.toBuilder().remove(tag.name()).build();
  }

  private static Object[] arguments(JsonObject object, Fields shape, String path) {
    List<Component> components = shape.parts().components();
    Object[] arguments = new Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      Component component = components.get(i);
      Optional<JsonValue> member = object.get(component.name());
      String place = path + "." + component.name();
      if (member.isPresent()) {
        arguments[i] = read(member.get(), component.shape(), place);
      } else if (component.shape() instanceof Maybe(_, var wrap)) {
        arguments[i] = wrap.apply(Optional.empty());
      } else {
        throw new JsonException(place + ": required, but missing");
      }
    }
    for (String name : object.members().keySet()) {
      if (components.stream().noneMatch(component -> component.name().equals(name))) {
        throw new JsonException(
            "%s: %s has no component of the name \"%s\""
                .formatted(path, shape.type().getSimpleName(), name));
      }
    }
    return arguments;
  }

  private static Object construct(Constructor<?> constructor, Object[] arguments, String path) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new JsonException(
          "%s: %s does not take these values: %s"
              .formatted(path, constructor.getDeclaringClass().getSimpleName(), e.getCause()),
          e);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(constructor + " was opened before", e);
    }
  }

  private static JsonException failure(String path, String rule, JsonValue found) {
    return new JsonException(message(path, rule, found));
  }

  private static String message(String path, String rule, JsonValue found) {
    String text = Json.write(found);
    String excerpt =
        text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "…";
    return "%s: expected %s, found %s".formatted(path, rule, excerpt);
  }
}
