package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Small random schemas over all keywords, and random values that may or may not be valid.
final class RandomSchema {
  private static final List<String> NAMES = List.of("a", "b", "ab", "id", "x\"y", "é");
  private static final List<String> PATTERNS =
      List.of("^a", "b$", "[0-9]{2}", "^[a-c]*$", "x|é", "^(ab)+$", "^.{2}$", "\\d");
  private static final List<String> TYPES =
      List.of("null", "boolean", "integer", "number", "string", "array", "object");
  private static final List<String> NUMBERS =
      List.of("0", "1", "-1", "2", "3", "10", "1.5", "-2.25", "0.1", "100", "7");
  private static final List<String> FACTORS = List.of("1", "2", "3", "0.5", "0.25", "7", "1.5");

  private final RandomGenerator random;

  RandomSchema(RandomGenerator random) {
    this.random = random;
  }

  JsonObject document() {
    Map<String, JsonValue> members = new LinkedHashMap<>(object(3));
    Map<String, JsonValue> definitions = new LinkedHashMap<>();
    definitions.put("one", schema(1));
    definitions.put("two", schema(2));
    members.put("$defs", new JsonObject(definitions));
    return new JsonObject(members);
  }

  JsonValue value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonBoolean.of(random.nextBoolean());
      case 2, 3 -> new JsonNumber(pick(NUMBERS));
      case 4, 5 -> new JsonString(text());
      case 6 -> {
        List<JsonValue> elements = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          elements.add(value(depth - 1));
        }
        yield new JsonArray(elements);
      }
      default -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(random.nextInt(4) == 0 ? text() : pick(NAMES), value(depth - 1));
        }
        yield new JsonObject(members);
      }
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(pick(List.of("a", "b", "c", "0", "7", "é", "\uD83D\uDE00", "\n", "\"")));
    }
    return text.toString();
  }

  private JsonValue schema(int depth) {
    int kind = random.nextInt(12);
    return kind == 0 && depth < 3
        ? JsonBoolean.of(random.nextInt(3) > 0)
        : new JsonObject(object(depth));
  }

  private Map<String, JsonValue> object(int depth) {
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    String type = pick(TYPES);
    if (random.nextInt(4) > 0) {
      boolean two = random.nextInt(5) == 0;
      JsonValue second = new JsonString(pick(TYPES.stream().filter(t -> !t.equals(type)).toList()));
      schema.put(
          "type",
          two ? new JsonArray(List.of(new JsonString(type), second)) : new JsonString(type));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      switch (type) {
        case "integer", "number" -> addNumber(schema);
        case "string" -> addString(schema);
        case "array" -> addArray(schema, depth);
        case "object" -> addObject(schema, depth);
        default -> addValues(schema);
      }
    }
    if (depth > 0 && random.nextInt(3) == 0) {
      addApplicator(schema, depth - 1);
    }
    return schema;
  }

  private void addNumber(Map<String, JsonValue> schema) {
    switch (random.nextInt(6)) {
      case 0 -> schema.put("minimum", new JsonNumber(pick(NUMBERS)));
      case 1 -> schema.put("maximum", new JsonNumber(pick(NUMBERS)));
      case 2 -> schema.put("exclusiveMinimum", new JsonNumber(pick(NUMBERS)));
      case 3 -> schema.put("exclusiveMaximum", new JsonNumber(pick(NUMBERS)));
      case 4 -> schema.put("multipleOf", new JsonNumber(pick(FACTORS)));
      default -> addValues(schema);
    }
  }

  private void addString(Map<String, JsonValue> schema) {
    switch (random.nextInt(4)) {
      case 0 -> schema.put("minLength", JsonNumber.of(random.nextInt(3)));
      case 1 -> schema.put("maxLength", JsonNumber.of(random.nextInt(5)));
      case 2 -> schema.put("pattern", new JsonString(pick(PATTERNS)));
      default -> addValues(schema);
    }
  }

  private void addValues(Map<String, JsonValue> schema) {
    if (random.nextBoolean()) {
      schema.put("const", value(1));
    } else {
      List<JsonValue> values = new ArrayList<>();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        values.add(value(1));
      }
      schema.put("enum", new JsonArray(values.stream().distinct().toList()));
    }
  }

  private void addArray(Map<String, JsonValue> schema, int depth) {
    int below = Math.max(0, depth - 1);
    switch (random.nextInt(8)) {
      case 0 -> schema.put("minItems", JsonNumber.of(random.nextInt(3)));
      case 1 -> schema.put("maxItems", JsonNumber.of(random.nextInt(4)));
      case 2 -> schema.put("items", schema(below));
      case 3 -> schema.put("prefixItems", new JsonArray(schemas(below)));
      case 4, 5 -> {
        schema.put("contains", schema(below));
        schema.put("minContains", JsonNumber.of(random.nextInt(3)));
        if (random.nextBoolean()) {
          schema.put("maxContains", JsonNumber.of(random.nextInt(3)));
        }
      }
      case 6 -> schema.put("unevaluatedItems", schema(below));
      default -> {
        schema.put("uniqueItems", JsonBoolean.TRUE);
        schema.put("maxItems", JsonNumber.of(3));
        schema.put("items", new JsonObject(Map.of("enum", new JsonArray(distinct()))));
      }
    }
  }

  private List<JsonValue> distinct() {
    return List.of(JsonNumber.of(1), new JsonString("a"), JsonBoolean.TRUE, JsonNull.NULL);
  }

  private void addObject(Map<String, JsonValue> schema, int depth) {
    int below = Math.max(0, depth - 1);
    switch (random.nextInt(10)) {
      case 0 -> schema.put("minProperties", JsonNumber.of(random.nextInt(3)));
      case 1 -> schema.put("maxProperties", JsonNumber.of(random.nextInt(4)));
      case 2, 3 -> schema.put("properties", named(NAMES, below));
      case 4 -> schema.put("patternProperties", named(PATTERNS, below));
      case 5 -> schema.put("additionalProperties", schema(below));
      case 6 -> schema.put("propertyNames", schema(0));
      case 7 -> schema.put("required", strings());
      case 8 -> schema.put("unevaluatedProperties", schema(below));
      default -> {
        schema.put("dependentRequired", new JsonObject(Map.of(pick(NAMES), strings())));
        schema.put("dependentSchemas", named(NAMES, below));
      }
    }
  }

  private void addApplicator(Map<String, JsonValue> schema, int depth) {
    switch (random.nextInt(6)) {
      case 0 -> schema.put("allOf", new JsonArray(schemas(depth)));
      case 1 -> schema.put("anyOf", new JsonArray(schemas(depth)));
      case 2 -> schema.put("oneOf", new JsonArray(schemas(depth)));
      case 3 -> schema.put("not", schema(depth));
      case 4 -> {
        schema.put("if", schema(depth));
        schema.put("then", schema(depth));
        if (random.nextBoolean()) {
          schema.put("else", schema(depth));
        }
      }
      default ->
          schema.put("$ref", new JsonString(pick(List.of("#", "#/$defs/one", "#/$defs/two"))));
    }
  }

  private List<JsonValue> schemas(int depth) {
    List<JsonValue> schemas = new ArrayList<>(List.of(schema(depth)));
    for (int i = random.nextInt(3); i > 0; i--) {
      schemas.add(schema(depth));
    }
    return schemas;
  }

  private JsonObject named(List<String> names, int depth) {
    Map<String, JsonValue> schemas = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      schemas.put(pick(names), schema(depth));
    }
    return new JsonObject(schemas);
  }

  private JsonArray strings() {
    List<JsonValue> names = new ArrayList<>(List.of(new JsonString(pick(NAMES))));
    if (random.nextBoolean()) {
      names.add(new JsonString(pick(NAMES)));
    }
    return new JsonArray(names.stream().distinct().toList());
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
