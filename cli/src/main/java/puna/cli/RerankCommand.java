package puna.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.EmbeddingOptions.LongTexts;
import puna.Llama;
import puna.Ranking;
import puna.RerankOptions;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.JsonFacts;
import puna.cli.command.ModelOption;
import puna.cli.command.PunaCommand;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// `puna rerank`: documents by how well they fit a query.
@Command(
    name = "rerank",
    description = {
      "Sort documents by how well they fit a query: score and document, the best first.",
      "The score is that of the model's rank head, or how much likelier it says yes than no (0 is"
          + " undecided). Documents are the arguments, or else the lines of standard input."
    })
final class RerankCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Parameters(index = "0", paramLabel = "QUERY", description = "What is looked for.")
  private String query = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "DOCUMENT",
      description = "The documents, each an argument. Without any: the lines of standard input.")
  private List<String> documents = List.of();

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description = "What the model reads, with {query} and {document} in it.")
  private @Nullable String template;

  @Option(names = "--cut", description = "Leave out the end of documents longer than the context.")
  private boolean cut;

  @Option(
      names = "--json",
      description = "Print one object: results (index, score, document; the best first), tokens.")
  private boolean json;

  RerankCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    RerankOptions options = options();
    List<String> read =
        TextLines.read(
            console(),
            documents,
            "no document given; write it behind the query, or lines to standard input");
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      Ranking ranking = llama.rerank(query, read, options);
      if (json) {
        console().out().println(Json.write(object(ranking, read)));
      } else {
        for (int document : ranking.order()) {
          String score = String.format(Locale.ROOT, "%.4f", ranking.score(document));
          console().out().println(score + "\t" + Text.oneLine(read.get(document)));
        }
      }
    }
    return ExitCodes.OK;
  }

  private RerankOptions options() {
    RerankOptions options =
        RerankOptions.defaults().withLongTexts(cut ? LongTexts.CUT : LongTexts.REFUSE);
    try {
      return template == null ? options : options.withTemplate(template);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  private static JsonValue object(Ranking ranking, List<String> documents) {
    List<JsonValue> results = new ArrayList<>();
    for (int document : ranking.order()) {
      results.add(
          JsonObject.builder()
              .put("index", document)
              .put("score", JsonFacts.number(ranking.score(document)))
              .put("document", documents.get(document))
              .build());
    }
    return JsonObject.builder()
        .put("results", new JsonArray(results))
        .put("tokens", ranking.usage().promptTokens())
        .build();
  }
}
