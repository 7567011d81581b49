package puna.grammar.schema;

import java.util.Map;
import java.util.Optional;
import puna.error.GrammarException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The version of JSON Schema that a document is written in, which says what its keywords mean.
enum Draft {
  DRAFT_04,
  DRAFT_06,
  DRAFT_07,
  DRAFT_2019_09,
  DRAFT_2020_12,
  /// None is named: the keywords of all drafts count, and OpenAPI's `nullable`.
  UNSAID;

  private static final Map<String, Draft> FIRST =
      Map.ofEntries(
          Map.entry("const", DRAFT_06),
          Map.entry("contains", DRAFT_06),
          Map.entry("propertyNames", DRAFT_06),
          Map.entry("if", DRAFT_07),
          Map.entry("then", DRAFT_07),
          Map.entry("else", DRAFT_07),
          Map.entry("$anchor", DRAFT_2019_09),
          Map.entry("$recursiveRef", DRAFT_2019_09),
          Map.entry("$recursiveAnchor", DRAFT_2019_09),
          Map.entry("dependentRequired", DRAFT_2019_09),
          Map.entry("dependentSchemas", DRAFT_2019_09),
          Map.entry("unevaluatedItems", DRAFT_2019_09),
          Map.entry("unevaluatedProperties", DRAFT_2019_09),
          Map.entry("minContains", DRAFT_2019_09),
          Map.entry("maxContains", DRAFT_2019_09),
          Map.entry("prefixItems", DRAFT_2020_12),
          Map.entry("$dynamicRef", DRAFT_2020_12),
          Map.entry("$dynamicAnchor", DRAFT_2020_12),
          Map.entry("nullable", UNSAID));

  /// The draft that a document names. One that nobody knows counts as none: it is mostly the
  /// address of a schema of the writer's own.
  ///
  /// @throws GrammarException where it names a metaschema, whose keywords nobody knows
  static Draft of(JsonValue document) {
    if (!(document instanceof JsonObject object)
        || !(object.get("$schema").orElse(null) instanceof JsonString(String uri))) {
      return UNSAID;
    }
    String name = uri.replaceFirst("^https?://json-schema\\.org/", "").replaceFirst("#$", "");
    return switch (name) {
      case "draft-04/schema", "draft-04/hyper-schema" -> DRAFT_04;
      case "draft-06/schema", "draft-06/hyper-schema" -> DRAFT_06;
      case "draft-07/schema", "draft-07/hyper-schema" -> DRAFT_07;
      case "draft/2019-09/schema", "draft/2019-09/hyper-schema" -> DRAFT_2019_09;
      case "draft/2020-12/schema", "draft/2020-12/hyper-schema" -> DRAFT_2020_12;
      default -> {
        if (name.contains("metaschema")) {
          throw new GrammarException(
              "#/$schema: a dialect of somebody's own may mean anything by its keywords; found "
                  + uri);
        }
        yield UNSAID;
      }
    };
  }

  /// True where a keyword of an object counts. Up to draft 07 a reference stands alone.
  boolean knows(String keyword, JsonObject object) {
    if (hidesSiblings(object)) {
      return keyword.equals("$ref");
    }
    if (keyword.equals("$recursiveRef") && this == DRAFT_2020_12) {
      return false;
    }
    return FIRST.getOrDefault(keyword, DRAFT_04).compareTo(this) <= 0;
  }

  private boolean hidesSiblings(JsonObject object) {
    return compareTo(DRAFT_07) <= 0 && object.get("$ref").orElse(null) instanceof JsonString;
  }

  /// What a schema calls itself: an address, or `#` and a name.
  Optional<String> identity(JsonValue schema) {
    if (!(schema instanceof JsonObject object) || hidesSiblings(object)) {
      return Optional.empty();
    }
    String keyword = this == DRAFT_04 ? "id" : "$id";
    if (object.get(keyword).orElse(null) instanceof JsonString(String text)) {
      return Optional.of(text);
    }
    // Jackson names schemas so without naming a draft
    return this == UNSAID
            && object.get("id").orElse(null) instanceof JsonString(String text)
            && text.startsWith("urn:")
        ? Optional.of(text)
        : Optional.empty();
  }

  /// True where elements that `contains` speaks of count as evaluated.
  boolean countsContained() {
    return compareTo(DRAFT_2020_12) >= 0;
  }
}
