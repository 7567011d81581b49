package puna.json;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Fields;

/// Java values to JSON values.
final class ValueWriter {
  private ValueWriter() {}

  static JsonValue write(Object value) {
    return write(value, 0);
  }

  private static JsonValue write(Object value, int depth) {
    if (depth > Json.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value may be nested %d levels deep, found more".formatted(Json.MAX_DEPTH));
    }
    return switch (value) {
      case JsonValue json -> json;
      case Boolean truth -> JsonBoolean.of(truth);
      case Double number -> JsonNumber.of(number);
      case Float number -> JsonNumber.of(Double.parseDouble(number.toString()));
      case Number number -> new JsonNumber(number.toString());
      case Enum<?> constant -> new JsonString(constant.name());
      case Record fields -> fields(fields, depth);
      case Map<?, ?> map -> map(map, depth);
      case Iterable<?> elements -> elements(elements, depth);
      default -> text(value);
    };
  }

  private static JsonValue text(Object value) {
    if (TypeShapes.of(value.getClass()) instanceof TypeShape.Text) {
      return new JsonString(value.toString());
    }
    throw new IllegalArgumentException(value.getClass().getName() + " has no JSON form");
  }

  private static JsonArray elements(Iterable<?> elements, int depth) {
    List<JsonValue> written = new ArrayList<>();
    elements.forEach(element -> written.add(write(element, depth + 1)));
    return new JsonArray(written);
  }

  private static JsonObject map(Map<?, ?> map, int depth) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    map.forEach((name, value) -> members.put(String.valueOf(name), write(value, depth + 1)));
    return new JsonObject(members);
  }

  private static JsonObject fields(Record value, int depth) {
    if (!(TypeShapes.of(value.getClass()) instanceof Fields shape)) {
      throw new IllegalArgumentException(value.getClass().getName() + " has no JSON form");
    }
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (isTagged(value.getClass())) {
      members.put(JsonBinding.TAG, new JsonString(value.getClass().getSimpleName()));
    }
    for (Component component : shape.parts().components()) {
      component(value, component)
          .ifPresent(part -> members.put(component.name(), write(part, depth + 1)));
    }
    return new JsonObject(members);
  }

  private static boolean isTagged(Class<?> type) {
    for (Class<?> parent : type.getInterfaces()) {
      if (parent.isSealed()) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Object> component(Record value, Component component) {
    try {
      Object part = component.accessor().invoke(value);
      if (part instanceof Optional<?> maybe) {
        return maybe.map(Object.class::cast);
      }
      if (part == null) {
        throw new IllegalArgumentException(
            "%s.%s is null, which has no JSON form here: use Optional"
                .formatted(value.getClass().getName(), component.name()));
      }
      return Optional.of(part);
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "%s.%s cannot be read".formatted(value.getClass().getName(), component.name()), e);
    }
  }
}
