package puna.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import puna.error.GrammarException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// A schema without what cannot be kept, for those who prefer an answer to an error.
///
/// @param schema what is left
/// @param leftOut for each keyword that was left out why it cannot be kept, beginning with its
///   place
public record RelaxedSchema(JsonValue schema, List<String> leftOut) {
  private static final int MOST_LEFT_OUT = 100;

  /// What is given up first where no single keyword is to blame.
  private static final List<String> COSTLY =
      List.of(
          "not",
          "uniqueItems",
          "pattern",
          "format",
          "multipleOf",
          "maxLength",
          "minLength",
          "maxItems",
          "minItems",
          "minProperties",
          "maxProperties",
          "dependencies",
          "dependentSchemas",
          "unevaluatedProperties",
          "unevaluatedItems",
          "contains",
          "if",
          "patternProperties",
          "propertyNames",
          "oneOf",
          "anyOf",
          "allOf",
          "$ref",
          "$dynamicRef");

  public RelaxedSchema {
    leftOut = List.copyOf(leftOut);
  }

  /// Leaves out one keyword after the other until the rest can be kept.
  ///
  /// @throws GrammarException when there is nothing left that could be left out, or when the schema
  ///   admits nothing
  public static RelaxedSchema of(JsonValue schema, SchemaOptions options) {
    JsonValue rest = schema;
    List<String> leftOut = new ArrayList<>();
    while (true) {
      try {
        JsonSchemaCompiler.compile(rest, options);
        return new RelaxedSchema(rest, leftOut);
      } catch (GrammarException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf(": ");
        if (leftOut.size() >= MOST_LEFT_OUT
            || end < 1
            || message.contains("admits nothing")
            || message.charAt(0) != '#') {
          throw e;
        }
        JsonValue less = without(rest, tokens(message.substring(1, end)), 0);
        if (less.equals(rest)) {
          throw e;
        }
        leftOut.add(message);
        rest = less;
      }
    }
  }

  private static List<String> tokens(String pointer) {
    List<String> tokens = new ArrayList<>();
    for (String token : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      tokens.add(token.replace("~1", "/").replace("~0", "~"));
    }
    return tokens;
  }

  /// The value without what the tokens lead to, if that is a keyword, or without the costliest
  /// keyword of the schema there.
  private static JsonValue without(JsonValue value, List<String> tokens, int depth) {
    if (value instanceof JsonArray(List<JsonValue> elements) && depth < tokens.size()) {
      List<JsonValue> changed = new ArrayList<>(elements);
      int index = index(tokens.get(depth), elements.size());
      if (index >= 0) {
        changed.set(index, without(elements.get(index), tokens, depth + 1));
      }
      return new JsonArray(changed);
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    Map<String, JsonValue> members = object.members();
    JsonObject.Builder changed = object.toBuilder();
    if (depth == tokens.size()) {
      COSTLY.stream().filter(members::containsKey).findFirst().ifPresent(changed::remove);
      return changed.build();
    }
    String name = tokens.get(depth);
    JsonValue inner = members.get(name);
    boolean last = depth == tokens.size() - 1;
    if (inner != null && last && COSTLY.contains(name) || inner != null && last && isLeaf(inner)) {
      changed.remove(name);
    } else if (inner != null) {
      changed.put(name, without(inner, tokens, depth + 1));
    }
    return changed.build();
  }

  private static boolean isLeaf(JsonValue value) {
    return !(value instanceof JsonObject);
  }

  private static int index(String token, int size) {
    return token.matches("[0-9]{1,6}") && Integer.parseInt(token) < size
        ? Integer.parseInt(token)
        : -1;
  }
}
