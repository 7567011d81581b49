package puna.agent;

import io.modelcontextprotocol.spec.McpSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// JSON as the SDK has it (maps, lists, numbers, null) to Puna's, and back.
final class McpValues {
  private McpValues() {}

  static JsonObject schema(McpSchema.@Nullable JsonSchema schema) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("type", new JsonString("object"));
    if (schema != null) {
      put(members, "properties", schema.properties());
      put(members, "required", schema.required());
      put(members, "additionalProperties", schema.additionalProperties());
      put(members, "$defs", schema.defs());
      put(members, "definitions", schema.definitions());
    }
    members.putIfAbsent("properties", new JsonObject(Map.of()));
    return new JsonObject(members);
  }

  static Map<String, Object> toMap(JsonObject object) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    object.members().forEach((name, value) -> map.put(name, toJava(value)));
    @SuppressWarnings({"NullAway", "unchecked"}) // the SDK takes null for JSON's null
    Map<String, Object> values = (Map<String, Object>) (Map<String, ?>) map;
    return values;
  }

  private static void put(Map<String, JsonValue> members, String name, @Nullable Object value) {
    if (value != null) {
      members.put(name, fromJava(value));
    }
  }

  private static JsonValue fromJava(@Nullable Object value) {
    return switch (value) {
      case null -> JsonNull.NULL;
      case Map<?, ?> map -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        map.forEach((name, member) -> members.put(String.valueOf(name), fromJava(member)));
        yield new JsonObject(members);
      }
      case Iterable<?> list -> {
        List<JsonValue> elements = new ArrayList<>();
        list.forEach(element -> elements.add(fromJava(element)));
        yield new JsonArray(elements);
      }
      case Boolean bool -> JsonBoolean.of(bool);
      case Number number -> new JsonNumber(number.toString());
      default -> new JsonString(value.toString());
    };
  }

  private static @Nullable Object toJava(JsonValue value) {
    return switch (value) {
      case JsonObject object -> toMap(object);
      case JsonArray(List<JsonValue> elements) -> {
        List<@Nullable Object> list = new ArrayList<>();
        elements.forEach(element -> list.add(toJava(element)));
        yield list;
      }
      case JsonString(String text) -> text;
      case JsonNumber(String text) -> new BigDecimal(text);
      case JsonBoolean bool -> bool == JsonBoolean.TRUE;
      case JsonNull _ -> null;
    };
  }
}
