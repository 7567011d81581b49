package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.JsonOptions;
import puna.ResponseFormat;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;
import puna.error.GrammarException;
import puna.json.Json;

/// What an answer may be, by at most one option.
final class FormatMixin {
  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Answer with JSON that is valid under the JSON Schema in this file.")
  private @Nullable Path schema;

  @Mixin private final JsonMixin json = new JsonMixin();

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
  ///
  /// @param err gets what a lenient format leaves out
  ResponseFormat format(PrintStream err) throws IOException {
    List<ResponseFormat> formats = new ArrayList<>();
    JsonOptions options = json.options();
    if (schema != null) {
      formats.add(
          checked(
              schema.toString(),
              ResponseFormat.jsonSchema(Json.parse(bytes(schema), schema.toString()), options),
              err));
    }
    if (grammar != null) {
      try (InputStream stream = TextFile.open(grammar)) {
        String gbnf = new Utf8Input(stream, grammar.toString()).readAll();
        formats.add(checked(grammar.toString(), ResponseFormat.grammar(gbnf), err));
      }
    }
    if (regex != null) {
      formats.add(checked("--regex", ResponseFormat.regex(regex), err));
    }
    if (!choices.isEmpty()) {
      formats.add(ResponseFormat.choices(choices));
    }
    if (jsonObject) {
      formats.add(checked("--json-object", ResponseFormat.jsonObject(options), err));
    }
    if (formats.size() > 1) {
      throw new UsageException(
          "give only one of --schema, --grammar, --regex, --choices and --json-object");
    }
    ResponseFormat format = formats.isEmpty() ? ResponseFormat.text() : formats.getFirst();
    if (schema == null && !jsonObject && !options.equals(JsonOptions.defaults())) {
      throw new UsageException(
          "options of JSON go with --schema or --json-object, found %s"
              .formatted(Json.write(options.toJson())));
    }
    return format;
  }

  /// Refuses what no grammar can be made of before the model is opened, and tells what a lenient
  /// format leaves out.
  ///
  /// @param place the file or option that it comes from
  /// @param err gets a line for each keyword that is left out
  static ResponseFormat checked(String place, ResponseFormat format, PrintStream err) {
    try {
      for (String reason : format.leftOut()) {
        err.println("puna: %s: left out: %s".formatted(place, reason));
      }
      return format;
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
