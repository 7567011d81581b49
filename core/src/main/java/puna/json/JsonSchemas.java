package puna.json;

import java.lang.reflect.Executable;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.RecursiveTypes.Node;
import puna.json.TypeShape.Any;
import puna.json.TypeShape.Bounds;
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

/// Derives JSON Schemas (draft 2020-12) from Java types: those that have a JSON form and that
/// [JsonBinding] can read.
///
/// - A record is an object with exactly its components. Those of type `Optional`, `OptionalInt` …
///   may be missing, or null. A component's name is that of `@JsonName` or Jackson's
///   `@JsonProperty`, its description that of [Description] or `@JsonPropertyDescription`, and the
///   constraints of Jakarta Validation (`@Min`, `@Size`, `@Pattern` …) are keywords of its schema.
///   Annotations of other libraries are read by name: the libraries need not be there.
/// - A sealed interface is one of its records with their simple names in `type`, or one of its
///   enums' constants; `@JsonTag` and `@JsonName` say other names.
/// - An enum is one of its names.
/// - Lists and arrays are arrays; a `Set` is one whose elements differ if they are those of an
///   enum; `byte[]` is base64.
/// - A `Map` with keys that are strings, enums or whole numbers is an object.
/// - Type arguments are put in: `Page<Item>`. Types that contain themselves are in `$defs`.
public final class JsonSchemas {
  private final RecursiveTypes recursive;
  private final Map<String, JsonValue> definitions = new LinkedHashMap<>();
  private final Map<Node, String> names = new LinkedHashMap<>();

  private JsonSchemas(TypeShape root) {
    recursive = RecursiveTypes.of(root);
  }

  /// The schema of a record, sealed interface of records, enum, or any other type that has a JSON
  /// form.
  ///
  /// @throws IllegalArgumentException when the type, or one inside it, has none
  public static JsonObject of(Type type) {
    return of(TypeShapes.of(type));
  }

  /// The schema of one object with the parameters of a method as members, by their names in the
  /// source (compile with `-parameters`), as for the components of a record.
  /// [JsonBinding#readParameters] reads them.
  ///
  /// @throws IllegalArgumentException when a parameter has no name, or its type no JSON form
  public static JsonObject ofParameters(Executable method) {
    return of(TypeShapes.ofParameters(method));
  }

  static JsonObject of(TypeShape shape) {
    JsonSchemas schemas = new JsonSchemas(shape);
    Map<String, JsonValue> root = schemas.schema(shape);
    if (!schemas.definitions.isEmpty()) {
      root.put("$defs", new JsonObject(schemas.definitions));
    }
    return new JsonObject(root);
  }

  /// Whether a set's elements can be kept apart while they are written, as only a few values can;
  /// of others, reading drops the repeated ones.
  static boolean areKeptApart(Elements set) {
    return set.isSet() && (set.element() instanceof Constants || set.element() instanceof Truth);
  }

  private Map<String, JsonValue> schema(TypeShape shape) {
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    switch (shape) {
      case Any any -> kind(any.type()).ifPresent(kind -> putType(schema, kind));
      case Truth _ -> putType(schema, "boolean");
      case Decimal decimal -> {
        putType(schema, "number");
        decimal.limit().ifPresent(limit -> putLimit(schema, limit));
      }
      case Whole whole -> {
        putType(schema, "integer");
        whole.bounds().ifPresent(bounds -> putBounds(schema, bounds));
      }
      case Text text -> {
        putType(schema, "string");
        schema.putAll(text.keywords());
      }
      case Constants constants -> putConstants(schema, constants);
      case Elements elements -> {
        putType(schema, "array");
        schema.put("items", new JsonObject(schema(elements.element())));
        if (areKeptApart(elements)) {
          schema.put("uniqueItems", JsonBoolean.TRUE);
        }
      }
      case MapOf map -> putMap(schema, map);
      case Maybe(TypeShape inner, _) -> putOrNull(schema, schema(inner));
      case Limited(TypeShape inner, List<Limit> limits) -> {
        schema.putAll(schema(inner));
        limits.forEach(limit -> putLimit(schema, limit));
      }
      case Fields fields -> putNamed(schema, fields, Node.ofValue(fields));
      case Union union -> putNamed(schema, union, Node.ofValue(union));
    }
    return schema;
  }

  private static void putType(Map<String, JsonValue> schema, String type) {
    schema.put("type", new JsonString(type));
  }

  private static Optional<String> kind(Class<?> type) {
    if (type == JsonNumber.class) {
      return Optional.of("number");
    }
    return type == JsonValue.class
        ? Optional.empty()
        : Optional.of(type.getSimpleName().substring("Json".length()).toLowerCase(Locale.ROOT));
  }

  private static void putConstants(Map<String, JsonValue> schema, Constants constants) {
    schema.put("enum", strings(constants.byName().keySet()));
    describe(schema, constants.type());
  }

  private static void putBounds(Map<String, JsonValue> schema, Bounds bounds) {
    schema.put("minimum", JsonNumber.of(bounds.minimum()));
    schema.put("maximum", JsonNumber.of(bounds.maximum()));
  }

  private static void putLimit(Map<String, JsonValue> schema, BigDecimal limit) {
    schema.put("minimum", new JsonNumber(limit.negate().toString()));
    schema.put("maximum", new JsonNumber(limit.toString()));
  }

  /// Of two limits of one keyword, the narrower stays; a second pattern stands beside the first.
  private static void putLimit(Map<String, JsonValue> schema, Limit limit) {
    JsonValue before = schema.get(limit.keyword());
    switch (limit) {
      case Limit.Bound bound when before instanceof JsonNumber(String text) -> {
        if (bound.isNarrowerThan(new BigDecimal(text))) {
          schema.put(bound.keyword(), bound.json());
        }
      }
      case Limit.Size size when before instanceof JsonNumber number -> {
        if (size.isNarrowerThan(number.asLong())) {
          schema.put(size.keyword(), size.json());
        }
      }
      case Limit _ when before != null -> {
        List<JsonValue> all = new ArrayList<>();
        if (schema.get("allOf") instanceof JsonArray(List<JsonValue> others)) {
          all.addAll(others);
        }
        all.add(new JsonObject(Map.of(limit.keyword(), limit.json())));
        schema.put("allOf", new JsonArray(all));
      }
      case Limit _ -> schema.put(limit.keyword(), limit.json());
    }
  }

  private void putMap(Map<String, JsonValue> schema, MapOf map) {
    putType(schema, "object");
    JsonObject value = new JsonObject(schema(map.value()));
    switch (map.keys()) {
      case Constants keys -> {
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        keys.byName().keySet().forEach(name -> properties.put(name, value));
        schema.put("properties", new JsonObject(properties));
        schema.put("additionalProperties", JsonBoolean.FALSE);
      }
      case Whole keys -> {
        String digits =
            keys.bounds()
                .map(bounds -> DigitPatterns.between(bounds.minimum(), bounds.maximum()))
                .orElseGet(DigitPatterns::any);
        schema.put("patternProperties", new JsonObject(Map.of("^" + digits + "$", value)));
        schema.put("additionalProperties", JsonBoolean.FALSE);
      }
      default -> schema.put("additionalProperties", value);
    }
  }

  private static void putOrNull(Map<String, JsonValue> schema, Map<String, JsonValue> inner) {
    if (inner.isEmpty()) {
      return;
    }
    if (inner.get("type") instanceof JsonString type && isOfOneType(inner)) {
      schema.putAll(inner);
      schema.put("type", new JsonArray(List.of(type, new JsonString("null"))));
      return;
    }
    JsonObject none = new JsonObject(Map.of("type", new JsonString("null")));
    schema.put("anyOf", new JsonArray(List.of(new JsonObject(inner), none)));
  }

  /// Whether the other keywords leave null alone.
  private static boolean isOfOneType(Map<String, JsonValue> schema) {
    return !schema.containsKey("const")
        && !schema.containsKey("anyOf")
        && !new JsonString("null").equals(schema.get("type"));
  }

  private void putNamed(Map<String, JsonValue> schema, TypeShape shape, Node node) {
    if (!recursive.contains(node)) {
      schema.putAll(body(shape, node));
      return;
    }
    String name = names.get(node);
    if (name == null) {
      name = TypeArguments.simpleName(node.type());
      while (definitions.containsKey(name)) {
        name += "_";
      }
      names.put(node, name);
      definitions.put(name, JsonBoolean.TRUE); // the name is taken while the body is made
      definitions.put(name, new JsonObject(body(shape, node)));
    }
    schema.put("$ref", new JsonString("#/$defs/" + name));
  }

  private Map<String, JsonValue> body(TypeShape shape, Node node) {
    return switch (shape) {
      case Fields fields -> object(fields, node);
      case Union union -> union(union);
      default -> schema(shape);
    };
  }

  private Map<String, JsonValue> union(Union union) {
    List<JsonValue> options = new ArrayList<>();
    for (Fields fields : union.parts().variants().values()) {
      Map<String, JsonValue> option = new LinkedHashMap<>();
      putNamed(option, fields, Node.ofVariant(fields));
      options.add(new JsonObject(option));
    }
    union.parts().constants().forEach(names -> options.add(new JsonObject(schema(names))));
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    describe(schema, union.type());
    schema.put("anyOf", new JsonArray(options));
    return schema;
  }

  /// A record; of a sealed interface with its tag, which may be missing where the record itself is
  /// asked for.
  private Map<String, JsonValue> object(Fields fields, Node node) {
    Map<String, JsonValue> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    if (fields.tag().isPresent()) {
      Tag tag = fields.tag().get();
      properties.put(tag.name(), new JsonObject(Map.of("const", new JsonString(tag.value()))));
      if (node.isVariant()) {
        required.add(tag.name());
      }
    }
    for (Component component : fields.parts().components()) {
      Map<String, JsonValue> property = schema(component.shape());
      component.description().ifPresent(text -> property.put("description", new JsonString(text)));
      properties.put(component.name(), new JsonObject(property));
      if (!component.mayBeAbsent()) {
        required.add(component.name());
      }
    }
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    putType(schema, "object");
    if (fields.type().isRecord()) {
      describe(schema, fields.type());
    }
    schema.put("properties", new JsonObject(properties));
    schema.put("required", strings(required));
    schema.put("additionalProperties", JsonBoolean.FALSE);
    return schema;
  }

  private static void describe(Map<String, JsonValue> schema, Class<?> type) {
    new Notes(type)
        .description()
        .ifPresent(text -> schema.put("description", new JsonString(text)));
  }

  private static JsonArray strings(Iterable<String> texts) {
    List<JsonValue> elements = new ArrayList<>();
    texts.forEach(text -> elements.add(new JsonString(text)));
    return new JsonArray(elements);
  }
}
