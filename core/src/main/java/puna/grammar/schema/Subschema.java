package puna.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.error.GrammarException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// One schema inside a document, by its place. The document makes one for each place, so two are
/// equal when they are the same.
final class Subschema {
  private static final int LARGEST_SCALE = 1000;

  private final SchemaDocument document;
  private final JsonValue json;
  private final String pointer;
  private final Resource resource;

  /// A schema with an identity of its own: the root, or one with an `$id`.
  ///
  /// @param dynamicAnchors by name
  record Resource(String uri, String pointer, Map<String, Subschema> dynamicAnchors) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Resource resource && pointer.equals(resource.pointer);
    }

    @Override
    public int hashCode() {
      return pointer.hashCode();
    }
  }

  Subschema(SchemaDocument document, JsonValue json, String pointer, Resource resource) {
    this.document = document;
    this.json = json;
    this.pointer = pointer;
    this.resource = resource;
  }

  JsonValue json() {
    return json;
  }

  String pointer() {
    return pointer;
  }

  Resource resource() {
    return resource;
  }

  SchemaDocument document() {
    return document;
  }

  Optional<JsonValue> get(String keyword) {
    return json instanceof JsonObject object && document.draft().knows(keyword, object)
        ? object.get(keyword)
        : Optional.empty();
  }

  boolean isTrue() {
    return json == JsonBoolean.TRUE
        || json instanceof JsonObject object && object.members().isEmpty();
  }

  boolean isFalse() {
    return json == JsonBoolean.FALSE;
  }

  Optional<Subschema> schema(String keyword) {
    return get(keyword).map(_ -> document.child(this, keyword));
  }

  List<Subschema> schemas(String keyword) {
    Optional<JsonValue> value = get(keyword);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof JsonArray(List<JsonValue> elements)) || elements.isEmpty()) {
      throw refusal(keyword, "must be an array of schemas that is not empty");
    }
    List<Subschema> schemas = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      schemas.add(document.child(this, keyword, String.valueOf(i)));
    }
    return schemas;
  }

  /// The schemas of the first elements, one each. Up to draft 2019-09 they are a list of `items`.
  List<Subschema> prefix() {
    if (!isListed("items")) {
      return schemas("prefixItems");
    }
    if (get("prefixItems").isPresent()) {
      throw refusal("items", "cannot be a list beside prefixItems");
    }
    return get("items").orElseThrow().equals(new JsonArray(List.of()))
        ? List.of()
        : schemas("items");
  }

  /// The schema of the elements behind those.
  Optional<Subschema> rest() {
    return schema(restKeyword());
  }

  private String restKeyword() {
    return isListed("items") ? "additionalItems" : "items";
  }

  private boolean isListed(String keyword) {
    return get(keyword).orElse(null) instanceof JsonArray;
  }

  Map<String, Subschema> schemasByName(String keyword) {
    Map<String, Subschema> schemas = new LinkedHashMap<>();
    members(keyword)
        .keySet()
        .forEach(name -> schemas.put(name, document.child(this, keyword, name)));
    return schemas;
  }

  /// The schemas that count where a member is there: `dependencies` has them beside lists of names.
  Map<String, Subschema> dependentSchemas() {
    Map<String, Subschema> schemas = schemasByName("dependentSchemas");
    members("dependencies")
        .forEach((name, value) -> {
          if (!(value instanceof JsonArray)) {
            schemas.merge(name, document.child(this, "dependencies", name), this::oneOrRefuse);
          }
        });
    return schemas;
  }

  private Subschema oneOrRefuse(Subschema first, Subschema second) {
    if (first.json.equals(second.json)) {
      return first;
    }
    throw refusal("dependencies", "cannot say other than dependentSchemas of the same name");
  }

  Map<String, JsonValue> members(String keyword) {
    return get(keyword)
        .map(value -> {
          if (value instanceof JsonObject(Map<String, JsonValue> members)) {
            return members;
          }
          throw refusal(keyword, "must be an object");
        })
        .orElse(Map.of());
  }

  Optional<String> text(String keyword) {
    return get(keyword)
        .map(value -> {
          if (value instanceof JsonString(String text)) {
            return text;
          }
          throw refusal(keyword, "must be a string");
        });
  }

  List<String> texts(String keyword) {
    return get(keyword).map(value -> texts(keyword, value)).orElse(List.of());
  }

  List<String> texts(String keyword, JsonValue value) {
    List<String> texts = new ArrayList<>();
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      throw refusal(keyword, "must be an array of strings");
    }
    for (JsonValue element : elements) {
      if (!(element instanceof JsonString(String text))) {
        throw refusal(keyword, "must be an array of strings");
      }
      texts.add(text);
    }
    return texts;
  }

  Optional<BigDecimal> number(String keyword) {
    return get(keyword)
        .map(value -> {
          if (!(value instanceof JsonNumber(String text))) {
            throw refusal(keyword, "must be a number");
          }
          return decimal(keyword, text);
        });
  }

  private BigDecimal decimal(String keyword, String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      if (Math.abs((long) number.scale()) <= LARGEST_SCALE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new GrammarException(
          message(keyword, "must be a number of reasonable size: " + e.getMessage()));
    }
    throw refusal(keyword, "must be a number of reasonable size");
  }

  /// A count; what exceeds an `int` is its largest value.
  Optional<Integer> count(String keyword) {
    return number(keyword)
        .map(number -> {
          if (number.signum() < 0 || number.stripTrailingZeros().scale() > 0) {
            throw refusal(keyword, "must be a whole number of 0 or more");
          }
          return number.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValueExact();
        });
  }

  GrammarException refusal(String keyword, GrammarException cause) {
    return refusal(keyword, "cannot be kept: " + cause.getMessage());
  }

  GrammarException refusal(String keyword, String reason) {
    return new GrammarException(message(keyword, reason));
  }

  private String message(String keyword, String reason) {
    String found = get(keyword).map(Json::write).orElse("nothing");
    String excerpt = found.length() <= 80 ? found : found.substring(0, 80) + "…";
    return "%s/%s: %s %s; found %s".formatted("#" + pointer, keyword, keyword, reason, excerpt);
  }
}
