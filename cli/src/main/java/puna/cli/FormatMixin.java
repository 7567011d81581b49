package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.ResponseFormat;
import puna.error.GrammarException;
import puna.grammar.GbnfParser;
import puna.grammar.Grammar;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.grammar.schema.RegexGrammar;
import puna.grammar.schema.RelaxedSchema;
import puna.grammar.schema.SchemaOptions;
import puna.json.Json;
import puna.json.JsonValue;

/// What an answer may be, by at most one option.
final class FormatMixin {
  private static final System.Logger LOGGER = System.getLogger("puna");

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Answer with JSON that is valid under the JSON Schema in this file.")
  private @Nullable Path schema;

  @Option(
      names = "--lenient",
      description =
          "Leave out what cannot be kept of the schema, with a warning for each keyword, instead of"
              + " refusing it.")
  private boolean lenient;

  @Option(
      names = "--grammar",
      paramLabel = "FILE",
      description = "Answer with text of the grammar in this file, which is in GBNF.")
  private @Nullable Path grammar;

  @Option(
      names = "--regex",
      paramLabel = "REGEX",
      description = "Answer with text that this regular expression matches as a whole.")
  private @Nullable String regex;

  @Option(
      names = "--choices",
      paramLabel = "TEXT,…",
      split = ",",
      description = "Answer with one of these texts.")
  private List<String> choices = List.of();

  @Option(names = "--json-object", description = "Answer with any JSON object.")
  private boolean jsonObject;

  /// Any text where no option is given.
  ResponseFormat format() throws IOException {
    List<ResponseFormat> formats = new ArrayList<>();
    if (schema != null) {
      JsonValue json = relaxed(Json.parse(bytes(schema), schema.toString()));
      check(schema.toString(), () -> JsonSchemaCompiler.compile(json));
      formats.add(ResponseFormat.jsonSchema(json));
    }
    if (grammar != null) {
      try (InputStream stream = TextFile.open(grammar)) {
        String gbnf = new Utf8Input(stream, grammar.toString()).readAll();
        check(grammar.toString(), () -> GbnfParser.parse(gbnf));
        formats.add(ResponseFormat.grammar(gbnf));
      }
    }
    if (regex != null) {
      String pattern = regex;
      check("--regex", () -> RegexGrammar.of(pattern));
      formats.add(ResponseFormat.regex(pattern));
    }
    if (!choices.isEmpty()) {
      formats.add(ResponseFormat.choices(choices));
    }
    if (jsonObject) {
      formats.add(ResponseFormat.jsonObject());
    }
    if (formats.size() > 1) {
      throw new UsageException(
          "give only one of --schema, --grammar, --regex, --choices and --json-object");
    }
    return formats.isEmpty() ? ResponseFormat.text() : formats.getFirst();
  }

  private JsonValue relaxed(JsonValue json) {
    if (!lenient) {
      return json;
    }
    try {
      RelaxedSchema relaxed = RelaxedSchema.of(json, SchemaOptions.defaults());
      for (String reason : relaxed.leftOut()) {
        LOGGER.log(System.Logger.Level.WARNING, "left out of {0}: {1}", schema, reason);
      }
      return relaxed.schema();
    } catch (GrammarException e) {
      throw new CommandException(schema + ": " + e.getMessage(), e);
    }
  }

  /// Refuses what no grammar can be made of before the model is opened.
  ///
  /// @param place the file or option that it comes from
  private static void check(String place, Supplier<Grammar> compilation) {
    try {
      Grammar _ = compilation.get();
    } catch (GrammarException e) {
      throw new CommandException(place + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream stream = TextFile.open(file)) {
      return stream.readAllBytes();
    }
  }
}
