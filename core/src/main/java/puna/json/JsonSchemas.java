package puna.json;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.TypeShape.Any;
import puna.json.TypeShape.Bounds;
import puna.json.TypeShape.Component;
import puna.json.TypeShape.Constants;
import puna.json.TypeShape.Decimal;
import puna.json.TypeShape.Elements;
import puna.json.TypeShape.Fields;
import puna.json.TypeShape.Maybe;
import puna.json.TypeShape.StringMap;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Truth;
import puna.json.TypeShape.Union;
import puna.json.TypeShape.Whole;

/// Derives JSON Schemas (draft 2020-12) from Java types: those that have a JSON form and that
/// [JsonBinding] can read.
///
/// A record is an object with exactly its components, where those of type `Optional` may be
/// missing; a sealed interface of records is one of them with its simple name in `type`; an enum is
/// one of its names; a `Set` is an array, whose elements differ if they are those of an enum. Types
/// that contain themselves are in `$defs`.
public final class JsonSchemas {
  private final Set<Class<?>> recursive = new HashSet<>();
  private final Map<String, JsonValue> definitions = new LinkedHashMap<>();
  private final Map<Class<?>, String> names = new LinkedHashMap<>();

  private JsonSchemas() {}

  /// The schema of a record, sealed interface of records, enum, or any other type that has a JSON
  /// form.
  ///
  /// @throws IllegalArgumentException when the type, or one inside it, has none
  public static JsonObject of(Type type) {
    TypeShape shape = TypeShapes.of(type);
    JsonSchemas schemas = new JsonSchemas();
    schemas.findRecursive(shape, new ArrayList<>(), new HashSet<>());
    Map<String, JsonValue> root = schemas.schema(shape);
    if (!schemas.definitions.isEmpty()) {
      root.put("$defs", new JsonObject(schemas.definitions));
    }
    return new JsonObject(root);
  }

  private void findRecursive(TypeShape shape, List<Class<?>> path, Set<Class<?>> done) {
    switch (shape) {
      case Elements(TypeShape element, boolean _) -> findRecursive(element, path, done);
      case StringMap(TypeShape value) -> findRecursive(value, path, done);
      case Maybe(TypeShape inner) -> findRecursive(inner, path, done);
      case Fields fields -> {
        if (enter(fields.type(), path, done)) {
          for (Component component : fields.parts().components()) {
            findRecursive(component.shape(), path, done);
          }
          path.removeLast();
        }
      }
      case Union union -> {
        if (enter(union.type(), path, done)) {
          union.variants().values().forEach(variant -> findRecursive(variant, path, done));
          path.removeLast();
        }
      }
      case Any _, Truth _, Text _, Whole _, Decimal _, Constants _ -> {}
    }
  }

  private boolean enter(Class<?> type, List<Class<?>> path, Set<Class<?>> done) {
    if (path.contains(type)) {
      recursive.add(type);
      return false;
    }
    if (!done.add(type)) {
      return false;
    }
    path.add(type);
    return true;
  }

  private Map<String, JsonValue> schema(TypeShape shape) {
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    switch (shape) {
      case Any _ -> {}
      case Truth _ -> schema.put("type", new JsonString("boolean"));
      case Decimal _ -> schema.put("type", new JsonString("number"));
      case Whole whole -> {
        schema.put("type", new JsonString("integer"));
        whole.bounds().ifPresent(bounds -> putBounds(schema, bounds));
      }
      case Text text -> {
        schema.put("type", new JsonString("string"));
        text.format().ifPresent(format -> schema.put("format", new JsonString(format)));
      }
      case Constants constants -> {
        schema.put("enum", strings(constants.byName().keySet()));
        describe(schema, constants.type());
      }
      case Elements(TypeShape element, boolean unique) -> {
        schema.put("type", new JsonString("array"));
        schema.put("items", new JsonObject(schema(element)));
        // only few values can be kept apart while they are written; reading drops repeated ones
        if (unique && (element instanceof Constants || element instanceof Truth)) {
          schema.put("uniqueItems", JsonBoolean.TRUE);
        }
      }
      case StringMap(TypeShape value) -> {
        schema.put("type", new JsonString("object"));
        schema.put("additionalProperties", new JsonObject(schema(value)));
      }
      case Maybe(TypeShape inner) -> schema.putAll(schema(inner));
      case Fields fields -> putNamed(schema, fields.type(), () -> object(fields, Optional.empty()));
      case Union union -> putNamed(schema, union.type(), () -> union(union));
    }
    return schema;
  }

  private static void putBounds(Map<String, JsonValue> schema, Bounds bounds) {
    schema.put("minimum", JsonNumber.of(bounds.minimum()));
    schema.put("maximum", JsonNumber.of(bounds.maximum()));
  }

  private void putNamed(
      Map<String, JsonValue> schema,
      Class<?> type,
      java.util.function.Supplier<Map<String, JsonValue>> body) {
    if (!recursive.contains(type)) {
      schema.putAll(body.get());
      return;
    }
    String name = names.get(type);
    if (name == null) {
      name = type.getSimpleName();
      while (definitions.containsKey(name)) {
        name += "_";
      }
      names.put(type, name);
      definitions.put(name, JsonBoolean.TRUE); // the name is taken while the body is made
      definitions.put(name, new JsonObject(body.get()));
    }
    schema.put("$ref", new JsonString("#/$defs/" + name));
  }

  private Map<String, JsonValue> union(Union union) {
    List<JsonValue> options = new ArrayList<>();
    union
        .variants()
        .forEach((tag, fields) -> options.add(new JsonObject(object(fields, Optional.of(tag)))));
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    describe(schema, union.type());
    schema.put("anyOf", new JsonArray(options));
    return schema;
  }

  private Map<String, JsonValue> object(Fields fields, Optional<String> tag) {
    Map<String, JsonValue> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    tag.ifPresent(name -> {
      properties.put(JsonBinding.TAG, new JsonObject(Map.of("const", new JsonString(name))));
      required.add(JsonBinding.TAG);
    });
    for (Component component : fields.parts().components()) {
      Map<String, JsonValue> property = schema(component.shape());
      component.description().ifPresent(text -> property.put("description", new JsonString(text)));
      properties.put(component.name(), new JsonObject(property));
      if (!(component.shape() instanceof Maybe)) {
        required.add(component.name());
      }
    }
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    schema.put("type", new JsonString("object"));
    describe(schema, fields.type());
    schema.put("properties", new JsonObject(properties));
    schema.put("required", strings(required));
    schema.put("additionalProperties", JsonBoolean.FALSE);
    return schema;
  }

  private static void describe(Map<String, JsonValue> schema, AnnotatedElement element) {
    Optional.ofNullable(element.getAnnotation(Description.class))
        .ifPresent(text -> schema.put("description", new JsonString(text.value())));
  }

  private static JsonArray strings(Iterable<String> texts) {
    List<JsonValue> elements = new ArrayList<>();
    texts.forEach(text -> elements.add(new JsonString(text)));
    return new JsonArray(elements);
  }
}
