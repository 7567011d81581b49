package puna.json;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Year;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Java values to JSON values, by what they are: a value knows no type arguments, and needs none.
final class ValueWriter {
  private final Style style;

  private ValueWriter(Style style) {
    this.style = style;
  }

  /// What becomes of values that JSON does not have.
  enum Style {
    /// They are refused, so that what is written can be read again.
    EXACT,
    /// They are told: null as null, numbers that are none by their names.
    TOLD
  }

  static JsonValue write(Object value, Style style) {
    return new ValueWriter(style).write(value, 0);
  }

  private JsonValue write(@Nullable Object value, int depth) {
    if (value == null) {
      return JsonNull.NULL;
    }
    if (depth > Json.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value may be nested %s levels deep, found more".formatted(Json.MAX_DEPTH));
    }
    Optional<JsonValue> scalar = scalar(value);
    if (scalar.isPresent()) {
      return scalar.get();
    }
    Optional<Optional<Object>> maybe = Containers.unwrap(value);
    if (maybe.isPresent()) {
      return maybe.get().map(inner -> write(inner, depth)).orElse(JsonNull.NULL);
    }
    return switch (value) {
      case Record fields -> fields(fields, depth);
      case Map<?, ?> map -> map(map, depth);
      case Iterable<?> elements -> elements(elements, depth);
      case Object array when array.getClass().isArray() ->
          elements(Containers.elements(array), depth);
      default ->
          throw new IllegalArgumentException(value.getClass().getName() + " has no JSON form");
    };
  }

  private Optional<JsonValue> scalar(Object value) {
    return switch (value) {
      case JsonValue json -> Optional.of(json);
      case Boolean truth -> Optional.of(JsonBoolean.of(truth));
      case Double number when isTold(Double.isFinite(number)) -> Optional.of(told(number));
      case Float number when isTold(Float.isFinite(number)) -> Optional.of(told(number));
      case Character half when isTold(!Character.isSurrogate(half)) -> Optional.of(told('\uFFFD'));
      case Double number -> Optional.of(JsonNumber.of(number));
      case Float number -> Optional.of(number(number));
      case Number number -> Optional.of(new JsonNumber(number.toString()));
      case Year year -> Optional.of(JsonNumber.of(year.getValue()));
      case Enum<?> constant -> Optional.of(new JsonString(EnumNames.name(constant)));
      default -> Scalars.write(value).map(JsonString::new);
    };
  }

  private boolean isTold(boolean hasForm) {
    return style == Style.TOLD && !hasForm;
  }

  private static JsonString told(Object value) {
    return new JsonString(value.toString());
  }

  /// Without an exponent, for beside bounds the grammars know none.
  private static JsonNumber number(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no number " + value);
    }
    String text = Float.toString(value);
    return new JsonNumber(text.contains("E") ? new BigDecimal(text).toPlainString() : text);
  }

  private JsonArray elements(Iterable<?> elements, int depth) {
    List<JsonValue> written = new ArrayList<>();
    for (Object element : elements) {
      if (element == null && style == Style.EXACT) {
        throw new IllegalArgumentException(
            "an element is null, which has no JSON form here: use Optional");
      }
      written.add(write(element, depth + 1));
    }
    return new JsonArray(written);
  }

  /// Keys of an enum come in its order, which is that of the schema.
  private JsonObject map(Map<?, ?> map, int depth) {
    boolean isOfAnEnum = map.keySet().stream().allMatch(key -> key instanceof Enum<?>);
    Map<?, ?> ordered = isOfAnEnum ? new TreeMap<>(map) : map;
    JsonObject.Builder members = JsonObject.builder();
    for (Map.Entry<?, ?> entry : ordered.entrySet()) {
      String name = name(entry.getKey());
      if (entry.getValue() == null && style == Style.EXACT) {
        throw new IllegalArgumentException(
            "the value of \"%s\" is null, which has no JSON form here: use Optional"
                .formatted(name));
      }
      members.put(name, write(entry.getValue(), depth + 1));
    }
    return members.build();
  }

  private static String name(Object key) {
    return key instanceof Enum<?> constant ? EnumNames.name(constant) : String.valueOf(key);
  }

  private JsonObject fields(Record value, int depth) {
    Class<?> type = value.getClass();
    JsonObject.Builder members = JsonObject.builder();
    Sealed.tag(type).ifPresent(tag -> members.put(tag.name(), tag.value()));
    for (RecordMember member : RecordMember.of(type)) {
      @Nullable Object part = component(value, member);
      Optional<Optional<Object>> maybe = part == null ? Optional.empty() : Containers.unwrap(part);
      if (maybe.isEmpty() || maybe.get().isPresent()) {
        members.put(member.name(), write(part, depth + 1));
      }
    }
    return members.build();
  }

  private @Nullable Object component(Record value, RecordMember member) {
    String place = value.getClass().getName() + "." + member.component().getName();
    Method accessor = member.accessor();
    TypeShapes.open(accessor, value.getClass());
    try {
      Object part = accessor.invoke(value);
      if (part == null && style == Style.EXACT) {
        throw new IllegalArgumentException(
            place + " is null, which has no JSON form here: use Optional");
      }
      return part;
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalArgumentException(place + " cannot be read", e);
    }
  }
}
