package puna.grammar.schema;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.grammar.schema.Subschema.Resource;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;

/// A schema's text as a tree of subschemas with what they are called by: identifiers, anchors,
/// pointers. References stay inside it; nothing is fetched.
final class SchemaDocument {
  /// The anchor that `$recursiveAnchor` stands for, which no `$dynamicAnchor` can be named.
  static final String RECURSIVE = "#";

  private static final String DEFAULT_BASE = "schema:///";

  private static final Set<String> SINGLE =
      Set.of(
          "not",
          "if",
          "then",
          "else",
          "items",
          "additionalItems",
          "contains",
          "additionalProperties",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties",
          "contentSchema");
  private static final Set<String> LISTED =
      Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items");
  private static final Set<String> NAMED =
      Set.of(
          "$defs",
          "definitions",
          "properties",
          "patternProperties",
          "dependentSchemas",
          "dependencies");

  private final Map<String, Subschema> byPointer = new HashMap<>();
  private final Map<String, Subschema> resources = new HashMap<>();
  private final Map<String, Subschema> anchors = new HashMap<>();
  private final Draft draft;
  private final Subschema root;
  private boolean dynamic;

  SchemaDocument(JsonValue json) {
    this.draft = Draft.of(json);
    this.root = subschema(json, "", DEFAULT_BASE, null);
    resources.putIfAbsent(DEFAULT_BASE, root);
    index(root);
  }

  Draft draft() {
    return draft;
  }

  Subschema root() {
    return root;
  }

  /// True where some reference depends on the way that led to it.
  boolean isDynamic() {
    return dynamic;
  }

  /// The subschema at the tokens below a place.
  Subschema child(Subschema parent, String... tokens) {
    Subschema place = parent;
    for (String token : tokens) {
      place =
          step(place, token)
              .orElseThrow(() -> parent.refusal(tokens[0], "has no subschema " + token));
    }
    if (place.json() instanceof JsonObject || place.json() instanceof JsonBoolean) {
      return place;
    }
    throw parent.refusal(tokens[0], "must be made of schemas: objects, true or false");
  }

  /// What a reference of a subschema points at.
  Subschema resolve(Subschema from, String keyword, String reference) {
    String target = absolute(from.resource().uri(), reference);
    int hash = target.indexOf('#');
    String fragment = hash < 0 ? "" : target.substring(hash + 1);
    String address = hash < 0 ? target : target.substring(0, hash);
    Subschema resource = resources.get(address);
    if (resource == null) {
      resource = metaSchema(address);
    }
    if (resource == null) {
      throw from.refusal(keyword, "may only point into the schema itself");
    }
    if (fragment.isEmpty()) {
      return resource;
    }
    if (!fragment.startsWith("/")) {
      Subschema anchored = anchors.get(resource.resource().uri() + '#' + fragment);
      if (anchored == null) {
        throw from.refusal(keyword, "names no anchor of this schema");
      }
      return anchored;
    }
    Subschema place = resource;
    for (String token : decode(from, keyword, fragment).substring(1).split("/", -1)) {
      String name = token.replace("~1", "/").replace("~0", "~");
      place =
          step(place, name)
              .orElseThrow(() -> from.refusal(keyword, "points at nothing in this schema"));
    }
    if (place.json() instanceof JsonObject || place.json() instanceof JsonBoolean) {
      return place;
    }
    throw from.refusal(keyword, "points at what is no schema");
  }

  private @Nullable Subschema metaSchema(String address) {
    JsonValue json = MetaSchemas.at(address).orElse(null);
    if (json == null) {
      return null;
    }
    String pointer = "/" + address.replace("~", "~0").replace("/", "~1");
    Subschema place = subschema(json, pointer, address, null);
    resources.put(address, place);
    index(place);
    return place;
  }

  private static String decode(Subschema from, String keyword, String fragment) {
    try {
      return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw from.refusal(keyword, "is no URI: " + e);
    }
  }

  private static String absolute(String base, String reference) {
    if (reference.startsWith("#")) {
      return base + reference;
    }
    try {
      return URI.create(base).resolve(reference).toString();
    } catch (IllegalArgumentException e) {
      return reference;
    }
  }

  private Optional<Subschema> step(Subschema place, String token) {
    JsonValue value =
        switch (place.json()) {
          case JsonObject object -> object.get(token).orElse(null);
          case JsonArray(List<JsonValue> elements) when token.matches("0|[1-9][0-9]{0,6}") ->
              Integer.parseInt(token) < elements.size()
                  ? elements.get(Integer.parseInt(token))
                  : null;
          default -> null;
        };
    if (value == null) {
      return Optional.empty();
    }
    String pointer = place.pointer() + "/" + token.replace("~", "~0").replace("/", "~1");
    Subschema known = byPointer.get(pointer);
    return Optional.of(
        known != null
            ? known
            : subschema(value, pointer, place.resource().uri(), place.resource()));
  }

  private Subschema subschema(
      JsonValue json, String pointer, String base, @Nullable Resource parent) {
    Resource resource = parent;
    Optional<String> name = draft.identity(json).filter(id -> !id.startsWith("#"));
    if (resource == null || name.isPresent()) {
      String uri = name.map(id -> withoutHash(absolute(base, id))).orElse(base);
      resource = new Resource(uri, pointer, new HashMap<>());
    }
    Subschema subschema = new Subschema(this, json, pointer, resource);
    byPointer.put(pointer, subschema);
    return subschema;
  }

  private static String withoutHash(String uri) {
    return uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
  }

  private void index(Subschema from) {
    ArrayDeque<Subschema> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      Subschema place = open.remove();
      if (!(place.json() instanceof JsonObject object)) {
        continue;
      }
      Resource resource = place.resource();
      if (resource.pointer().equals(place.pointer())) {
        resources.putIfAbsent(resource.uri(), place);
      }
      draft
          .identity(object)
          .filter(id -> id.startsWith("#") && id.length() > 1)
          .ifPresent(name -> anchors.put(resource.uri() + name, place));
      place.text("$anchor").ifPresent(name -> anchors.put(resource.uri() + '#' + name, place));
      place
          .text("$dynamicAnchor")
          .ifPresent(name -> {
            anchors.put(resource.uri() + '#' + name, place);
            resource.dynamicAnchors().put(name, place);
          });
      if (place.get("$recursiveAnchor").orElse(JsonBoolean.FALSE) == JsonBoolean.TRUE) {
        resource.dynamicAnchors().put(RECURSIVE, place);
      }
      dynamic |= place.get("$dynamicRef").isPresent() || place.get("$recursiveRef").isPresent();
      for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
        addChildren(place, member.getKey(), member.getValue(), open);
      }
    }
  }

  private void addChildren(
      Subschema place, String keyword, JsonValue value, ArrayDeque<Subschema> open) {
    if (SINGLE.contains(keyword) && !(value instanceof JsonArray)) {
      step(place, keyword).ifPresent(open::add);
    } else if (LISTED.contains(keyword) && value instanceof JsonArray(List<JsonValue> elements)) {
      Subschema list = step(place, keyword).orElseThrow();
      for (int i = 0; i < elements.size(); i++) {
        step(list, String.valueOf(i)).ifPresent(open::add);
      }
    } else if (NAMED.contains(keyword) && value instanceof JsonObject object) {
      Subschema map = new Subschema(this, value, place.pointer() + "/" + keyword, place.resource());
      byPointer.put(map.pointer(), map);
      object.members().keySet().forEach(name -> step(map, name).ifPresent(open::add));
    }
  }
}
