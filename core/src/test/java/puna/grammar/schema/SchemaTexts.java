package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonValue;

/// Schemas and texts in the quotes of tests: `'` stands for `"`.
final class SchemaTexts {
  private SchemaTexts() {}

  static CompiledGrammar compile(String schema) {
    return compile(schema, SchemaOptions.defaults());
  }

  static CompiledGrammar compile(String schema, SchemaOptions options) {
    return CompiledGrammar.compile(JsonSchemaCompiler.compile(json(schema), options));
  }

  static JsonValue json(String text) {
    return Json.parse(text.replace('\'', '"'), "test");
  }

  static void assertKept(String schema, List<String> valid, List<String> invalid) {
    CompiledGrammar grammar = compile(schema);
    for (String text : valid) {
      assertThat(grammar.accepts(text.replace('\'', '"'))).as("%s: %s", schema, text).isTrue();
    }
    for (String text : invalid) {
      assertThat(grammar.accepts(text.replace('\'', '"'))).as("%s: %s", schema, text).isFalse();
    }
  }
}
