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
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue.JsonArray;
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
  private static final JsonString NULL = new JsonString("null");

  private final RecursiveTypes recursive;
  private final JsonObject.Builder definitions = JsonObject.builder();
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
    JsonObject.Builder root = schemas.schema(shape);
    if (!schemas.names.isEmpty()) {
      root.put("$defs", schemas.definitions);
    }
    return root.build();
  }

  /// Whether a set's elements can be kept apart while they are written, as only a few values can;
  /// of others, reading drops the repeated ones.
  static boolean areKeptApart(Elements set) {
    return set.isSet() && (set.element() instanceof Constants || set.element() instanceof Truth);
  }

  private JsonObject.Builder schema(TypeShape shape) {
    JsonObject.Builder schema = JsonObject.builder();
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
        schema.put("items", schema(elements.element()));
        if (areKeptApart(elements)) {
          schema.put("uniqueItems", true);
        }
      }
      case MapOf map -> putMap(schema, map);
      case Maybe(TypeShape inner, _) -> putOrNull(schema, schema(inner).build());
      case Limited(TypeShape inner, List<Limit> limits) -> {
        schema.putAll(schema(inner).build().members());
        limits.forEach(limit -> putLimit(schema, limit));
      }
      case Fields fields -> putNamed(schema, fields, Node.ofValue(fields));
      case Union union -> putNamed(schema, union, Node.ofValue(union));
    }
    return schema;
  }

  private static void putType(JsonObject.Builder schema, String type) {
    schema.put("type", type);
  }

  private static Optional<String> kind(Class<?> type) {
    if (type == JsonNumber.class) {
      return Optional.of("number");
    }
    return type == JsonValue.class
        ? Optional.empty()
        : Optional.of(type.getSimpleName().substring("Json".length()).toLowerCase(Locale.ROOT));
  }

  private static void putConstants(JsonObject.Builder schema, Constants constants) {
    schema.put("enum", strings(constants.byName().keySet()));
    describe(schema, constants.type());
  }

  private static void putBounds(JsonObject.Builder schema, Bounds bounds) {
    schema.put("minimum", bounds.minimum());
    schema.put("maximum", bounds.maximum());
  }

  private static void putLimit(JsonObject.Builder schema, BigDecimal limit) {
    schema.put("minimum", new JsonNumber(limit.negate().toString()));
    schema.put("maximum", new JsonNumber(limit.toString()));
  }

  /// Of two limits of one keyword, the narrower stays; a second pattern stands beside the first.
  private static void putLimit(JsonObject.Builder schema, Limit limit) {
    @Nullable JsonValue before = schema.get(limit.keyword()).orElse(null);
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
        if (schema.get("allOf").orElse(null) instanceof JsonArray(List<JsonValue> others)) {
          all.addAll(others);
        }
        all.add(JsonObject.builder().put(limit.keyword(), limit.json()).build());
        schema.put("allOf", all);
      }
      case Limit _ -> schema.put(limit.keyword(), limit.json());
    }
  }

  private void putMap(JsonObject.Builder schema, MapOf map) {
    putType(schema, "object");
    JsonObject value = schema(map.value()).build();
    switch (map.keys()) {
      case Constants keys -> {
        JsonObject.Builder properties = JsonObject.builder();
        keys.byName().keySet().forEach(name -> properties.put(name, value));
        schema.put("properties", properties);
        schema.put("additionalProperties", false);
      }
      case Whole keys -> {
        String digits =
            keys.bounds()
                .map(bounds -> DigitPatterns.between(bounds.minimum(), bounds.maximum()))
                .orElseGet(DigitPatterns::any);
        schema.put("patternProperties", JsonObject.builder().put("^" + digits + "$", value));
        schema.put("additionalProperties", false);
      }
      default -> schema.put("additionalProperties", value);
    }
  }

  private static void putOrNull(JsonObject.Builder schema, JsonObject inner) {
    if (inner.members().isEmpty()) {
      return;
    }
    if (inner.get("type").orElse(null) instanceof JsonString type && isOfOneType(inner)) {
      schema.putAll(inner.members());
      schema.put("type", List.of(type, NULL));
      return;
    }
    JsonObject none = JsonObject.builder().put("type", NULL).build();
    schema.put("anyOf", List.of(inner, none));
  }

  /// Whether the other keywords leave null alone.
  private static boolean isOfOneType(JsonObject schema) {
    return schema.get("const").isEmpty()
        && schema.get("anyOf").isEmpty()
        && !schema.get("type").equals(Optional.of(NULL));
  }

  private void putNamed(JsonObject.Builder schema, TypeShape shape, Node node) {
    if (!recursive.contains(node)) {
      schema.putAll(body(shape, node).build().members());
      return;
    }
    String name = names.get(node);
    if (name == null) {
      name = TypeArguments.simpleName(node.type());
      while (definitions.get(name).isPresent()) {
        name += "_";
      }
      names.put(node, name);
      definitions.put(name, true); // the name is taken while the body is made
      definitions.put(name, body(shape, node));
    }
    schema.put("$ref", "#/$defs/" + name);
  }

  private JsonObject.Builder body(TypeShape shape, Node node) {
    return switch (shape) {
      case Fields fields -> object(fields, node);
      case Union union -> union(union);
      default -> schema(shape);
    };
  }

  private JsonObject.Builder union(Union union) {
    List<JsonValue> options = new ArrayList<>();
    for (Fields fields : union.parts().variants().values()) {
      JsonObject.Builder option = JsonObject.builder();
      putNamed(option, fields, Node.ofVariant(fields));
      options.add(option.build());
    }
    union.parts().constants().forEach(names -> options.add(schema(names).build()));
    JsonObject.Builder schema = JsonObject.builder();
    describe(schema, union.type());
    schema.put("anyOf", options);
    return schema;
  }

  /// A record; of a sealed interface with its tag, which may be missing where the record itself is
  /// asked for.
  private JsonObject.Builder object(Fields fields, Node node) {
    JsonObject.Builder properties = JsonObject.builder();
    List<String> required = new ArrayList<>();
    if (fields.tag().isPresent()) {
      Tag tag = fields.tag().get();
      properties.put(tag.name(), JsonObject.builder().put("const", tag.value()));
      if (node.isVariant()) {
        required.add(tag.name());
      }
    }
    for (Component component : fields.parts().components()) {
      properties.put(
          component.name(),
          schema(component.shape()).putIfPresent("description", component.description()));
      if (!component.mayBeAbsent()) {
        required.add(component.name());
      }
    }
    JsonObject.Builder schema = JsonObject.builder();
    putType(schema, "object");
    if (fields.type().isRecord()) {
      describe(schema, fields.type());
    }
    schema.put("properties", properties);
    schema.put("required", strings(required));
    schema.put("additionalProperties", false);
    return schema;
  }

  private static void describe(JsonObject.Builder schema, Class<?> type) {
    schema.putIfPresent("description", new Notes(type).description());
  }

  private static JsonArray strings(Iterable<String> texts) {
    List<JsonValue> elements = new ArrayList<>();
    texts.forEach(text -> elements.add(new JsonString(text)));
    return new JsonArray(elements);
  }
}
