package puna.grammar.schema;

import java.util.Map;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.Work;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// JSON Schema to grammars: drafts 04, 06, 07, 2019-09 and 2020-12 by what `$schema` says, and all
/// their keywords together, with OpenAPI's `nullable`, where it says nothing that is known.
///
/// A text of the grammar is always valid under the schema. What cannot be kept exactly is refused
/// with its keyword and place, never weakened; unknown keywords are ignored, as the draft says.
/// References stay inside the schema. Not every valid text is a text of the grammar:
///
/// - blanks are bounded (see [SchemaOptions]);
/// - more than six named members of an object come in the schema's order where the object is one of
///   several alternatives, or the number of its members is bounded from above;
/// - characters of a set of more than four have no escapes but those that JSON demands, unless it
///   is all;
/// - exponents go as far as a double's, and come where no bound is near;
/// - elements that must differ are strings or numbers, the latter without needless digits;
/// - a `maxLength` above 100,000 counts as that, a `maxItems` above 10,000, a `maxProperties` above
///   1,024;
/// - names of hosts and addresses beside a `maxLength` spend it on no single part;
/// - where alternatives multiply, a rule that must be broken is broken by a member's absence.
///
/// No name comes twice in an object, and no text has more levels or digits than readers take: what
/// rules cannot say is kept beside them.
public final class JsonSchemaCompiler {
  private static final int DEEPEST = 128;

  private JsonSchemaCompiler() {}

  /// The texts of all values that are valid under a schema.
  ///
  /// @throws GrammarException when the schema is wrong or cannot be kept; the message begins with
  ///   the place as a JSON pointer
  public static Grammar compile(JsonValue schema, SchemaOptions options) {
    if (!(schema instanceof JsonObject) && !(schema instanceof JsonBoolean)) {
      throw new GrammarException("#: a schema must be an object, true or false");
    }
    if (isDeeper(schema, DEEPEST)) {
      throw new GrammarException(
          "#: a schema may be nested at most %s levels deep".formatted(DEEPEST));
    }
    return Work.bounded(
        "the schema", () -> new Values(options).grammar(Formulas.root(new SchemaDocument(schema))));
  }

  /// The texts of all values that are valid under a schema, with the default options.
  ///
  /// @throws GrammarException when the schema is wrong or cannot be kept
  public static Grammar compile(JsonValue schema) {
    return compile(schema, SchemaOptions.defaults());
  }

  /// The text of any JSON object.
  public static Grammar anyObject() {
    return compile(new JsonObject(Map.of("type", new JsonString("object"))));
  }

  private static boolean isDeeper(JsonValue value, int levels) {
    Iterable<JsonValue> children =
        switch (value) {
          case JsonObject object -> object.members().values();
          case JsonValue.JsonArray array -> array.elements();
          default -> java.util.List.of();
        };
    for (JsonValue child : children) {
      if (levels == 0 || isDeeper(child, levels - 1)) {
        return true;
      }
    }
    return false;
  }
}
