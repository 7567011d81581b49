package puna;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import puna.grammar.GbnfParser;
import puna.grammar.GbnfWriter;
import puna.grammar.Grammar;
import puna.grammar.Grammars;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.grammar.schema.RegexGrammar;
import puna.grammar.schema.RelaxedSchema;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// What formats become: grammars.
final class FormatGrammars {
  private static final JsonObject OBJECT = new JsonObject(Map.of("type", new JsonString("object")));
  private static final String ANY_TEXT = "root ::= .*";

  private FormatGrammars() {}

  /// @throws puna.error.GrammarException when the format is invalid or cannot be kept
  static Grammar of(ResponseFormat format) {
    return switch (format.kind()) {
      case TEXT -> GbnfParser.parse(ANY_TEXT);
      case JSON_OBJECT -> JsonSchemaCompiler.compile(OBJECT, format.options().forCompiler());
      case JSON_SCHEMA ->
          JsonSchemaCompiler.compile(relaxed(format).schema(), format.options().forCompiler());
      case GRAMMAR -> GbnfParser.parse(format.rule());
      case REGEX -> RegexGrammar.of(format.rule());
      case CHOICES -> Grammars.choice(format.texts());
    };
  }

  /// The schema without what cannot be kept, where the options ask for that.
  private static RelaxedSchema relaxed(ResponseFormat format) {
    return format.options().isLenient()
        ? RelaxedSchema.of(format.schema(), format.options().forCompiler())
        : new RelaxedSchema(format.schema(), List.of());
  }

  static List<String> leftOut(ResponseFormat format) {
    if (format.kind() == ResponseFormat.Kind.JSON_SCHEMA && format.options().isLenient()) {
      return relaxed(format).leftOut();
    }
    CompiledGrammar.compile(of(format));
    return List.of();
  }

  static Predicate<String> texts(ResponseFormat format) {
    return CompiledGrammar.compile(of(format))::accepts;
  }

  static String gbnf(ResponseFormat format) {
    return format.kind() == ResponseFormat.Kind.TEXT ? ANY_TEXT : GbnfWriter.write(of(format));
  }
}
