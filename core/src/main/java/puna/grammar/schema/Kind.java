package puna.grammar.schema;

import java.util.Set;

/// The kinds of JSON values that a schema is taken apart by.
enum Kind {
  NULL,
  FALSE,
  TRUE,
  NUMBER,
  STRING,
  ARRAY,
  OBJECT;

  /// The kinds that a name of the keyword `type` covers; `integer` is a part of `NUMBER`.
  static Set<Kind> named(String type) {
    return switch (type) {
      case "null" -> Set.of(NULL);
      case "boolean" -> Set.of(FALSE, TRUE);
      case "number", "integer" -> Set.of(NUMBER);
      case "string" -> Set.of(STRING);
      case "array" -> Set.of(ARRAY);
      case "object" -> Set.of(OBJECT);
      default -> Set.of();
    };
  }
}
