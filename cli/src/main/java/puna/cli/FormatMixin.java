package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.ResponseFormat;
import puna.json.Json;

/// What an answer may be, by at most one option.
final class FormatMixin {
  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Answer with JSON that is valid under the JSON Schema in this file.")
  private @Nullable Path schema;

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
      formats.add(ResponseFormat.jsonSchema(Json.parse(bytes(schema), schema.toString())));
    }
    if (grammar != null) {
      try (InputStream stream = TextFile.open(grammar)) {
        formats.add(ResponseFormat.grammar(new Utf8Input(stream, grammar.toString()).readAll()));
      }
    }
    if (regex != null) {
      formats.add(ResponseFormat.regex(regex));
    }
    if (!choices.isEmpty()) {
      formats.add(new ResponseFormat.Choices(choices));
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

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream stream = TextFile.open(file)) {
      return stream.readAllBytes();
    }
  }
}
