package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.ResponseFormat;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.PunaCommand;
import puna.cli.command.UsageException;
import puna.error.GrammarException;
import puna.error.JsonException;
import puna.grammar.GbnfParser;
import puna.grammar.GbnfWriter;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.grammar.schema.RegexGrammar;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// `puna grammar`: what a schema, expression or grammar admits, without a model.
@Command(
    name = "grammar",
    description = {
      "Show the grammar that a JSON Schema, a regular expression or a GBNF grammar becomes, and"
          + " whether it admits texts."
    })
final class GrammarCommand extends PunaCommand {
  private static final long STACK = 64L << 20;

  @Option(names = "--schema", paramLabel = "FILE", description = "A JSON Schema.")
  private @Nullable Path schema;

  @Option(names = "--grammar", paramLabel = "FILE", description = "A grammar in GBNF.")
  private @Nullable Path grammar;

  @Option(names = "--regex", paramLabel = "REGEX", description = "A regular expression.")
  private @Nullable String regex;

  @Mixin private final JsonMixin json = new JsonMixin();

  @Option(
      names = "--jsonl",
      description =
          "Read one JSON object a line from standard input: \"id\", one of \"schema\", \"pattern\" and"
              + " \"gbnf\", and \"texts\"; write one a line: {\"id\", \"refused\": message} or {\"id\","
              + " \"accepts\": [true|false …], \"compile_ms\": …}.")
  private boolean jsonLines;

  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Texts to judge; without any the grammar is printed as GBNF.")
  private List<String> texts = List.of();

  GrammarCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (jsonLines) {
      judgeLines();
      return ExitCodes.OK;
    }
    if (texts.isEmpty()) {
      Grammar made = given();
      compiled(made);
      console().out().println(GbnfWriter.write(made).strip());
      return ExitCodes.OK;
    }
    Predicate<String> admits = schema == null ? compiled(given())::accepts : bySchema(schema);
    boolean all = true;
    for (String text : texts) {
      boolean accepted = admits.test(text);
      all &= accepted;
      console().out().println((accepted ? "yes\t" : "no\t") + console().out().shown(text));
    }
    return all ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private static CompiledGrammar compiled(Grammar grammar) {
    try {
      return CompiledGrammar.compile(grammar);
    } catch (GrammarException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private Grammar given() throws IOException {
    int count = (schema == null ? 0 : 1) + (grammar == null ? 0 : 1) + (regex == null ? 0 : 1);
    if (count != 1) {
      throw new UsageException("give one of --schema, --grammar and --regex, or --jsonl");
    }
    Path file = schema == null ? grammar : schema;
    try {
      if (regex != null) {
        return RegexGrammar.of(regex);
      }
      if (file == null) {
        throw new IllegalStateException("no file");
      }
      try (InputStream stream = TextFile.open(file)) {
        return schema != null
            ? schema(Json.parse(stream.readAllBytes(), file.toString()), file)
            : GbnfParser.parse(new Utf8Input(stream, file.toString()).readAll());
      }
    } catch (GrammarException e) {
      throw new CommandException((file == null ? "--regex" : file) + ": " + e.getMessage(), e);
    }
  }

  private Grammar schema(JsonValue schema, Path file) {
    return GbnfParser.parse(format(schema, file).toGbnf());
  }

  private ResponseFormat format(JsonValue schema, Path file) {
    ResponseFormat format = ResponseFormat.jsonSchema(schema, json.options());
    return FormatMixin.checked(file.toString(), format, console().err());
  }

  /// Not by the schema's GBNF, which cannot say all that the schema asks for.
  private Predicate<String> bySchema(Path file) throws IOException {
    if (grammar != null || regex != null) {
      given(); // says that it is too much
    }
    try (InputStream stream = TextFile.open(file)) {
      return format(Json.parse(stream.readAllBytes(), file.toString()), file).asMatchPredicate();
    }
  }

  private void judgeLines() throws IOException {
    Utf8Input input = new Utf8Input(console().in(), "standard input");
    long number = 1;
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      if (line.get().isBlank()) {
        number++;
        continue;
      }
      String text = line.get();
      String origin = input.origin() + ", line " + number++;
      JsonObject[] answer = {JsonObject.builder().put("refused", origin + " ended badly").build()};
      Thread thread = new Thread(null, () -> answer[0] = answer(text, origin), "grammar", STACK);
      thread.start();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      console().out().println(Json.write(answer[0]));
    }
  }

  /// The answer to one line, whatever is wrong with it.
  private static JsonObject answer(String line, String origin) {
    JsonObject.Builder facts = JsonObject.builder();
    try {
      if (!(Json.parse(line, origin) instanceof JsonObject(Map<String, JsonValue> members))) {
        return facts.put("refused", origin + ": expected a JSON object").build();
      }
      JsonValue id = members.get("id");
      if (id != null) {
        facts.put("id", id);
      }
      long start = System.nanoTime();
      CompiledGrammar compiled = CompiledGrammar.compile(grammar(members));
      double milliseconds = (System.nanoTime() - start) / 1e6;
      facts.put("accepts", new JsonArray(verdicts(compiled, members.get("texts"))));
      return facts.put("compile_ms", milliseconds).build();
    } catch (GrammarException | JsonException e) {
      return facts.put("refused", String.valueOf(e.getMessage())).build();
    } catch (StackOverflowError e) {
      return facts.put("refused", "nested too deep to be compiled").build();
    } catch (OutOfMemoryError e) {
      return facts.put("refused", "needs more memory than there is").build();
    }
  }

  private static Grammar grammar(Map<String, JsonValue> members) {
    JsonValue schema = members.get("schema");
    if (schema != null) {
      return JsonSchemaCompiler.compile(schema);
    }
    if (members.get("pattern") instanceof JsonString(String pattern)) {
      return RegexGrammar.of(pattern);
    }
    if (members.get("gbnf") instanceof JsonString(String gbnf)) {
      return GbnfParser.parse(gbnf);
    }
    throw new GrammarException("expected one of schema, pattern and gbnf");
  }

  private static List<JsonValue> verdicts(CompiledGrammar grammar, @Nullable JsonValue texts) {
    List<JsonValue> verdicts = new ArrayList<>();
    if (texts instanceof JsonArray(List<JsonValue> elements)) {
      for (JsonValue element : elements) {
        boolean accepted = element instanceof JsonString(String text) && grammar.accepts(text);
        verdicts.add(JsonBoolean.of(accepted));
      }
    }
    return verdicts;
  }
}
