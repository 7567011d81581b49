package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.Llama;
import puna.Prompt;
import puna.Score;
import puna.ScoreOptions;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.JsonFacts;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.Progress;
import puna.cli.command.PunaCommand;
import puna.cli.command.Table;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.token.Tokenizer;

/// `puna perplexity`: how likely a model finds a text.
@Command(
    name = "perplexity",
    description = {
      "Print how likely the model finds a text: the negative log-likelihood of all its tokens but"
          + " the first, in nats, and the perplexity.",
      "The whole text is read in one context, or in overlapping windows with --stride."
    })
final class PerplexityCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Parameters(paramLabel = "FILE", description = "The text in UTF-8; - is standard input.")
  private Path file = Path.of("-");

  @Option(names = "--tokens", description = "FILE is a JSON array of token ids, taken as they are.")
  private boolean tokens;

  @Option(
      names = "--stride",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Read windows as large as the context, each N tokens after the one before it.")
  private @Nullable Integer stride;

  @Option(
      names = "--save-logits",
      paramLabel = "FILE",
      description =
          "Write the logits after every token: positions × vocabulary, float32,"
              + " little-endian.")
  private @Nullable Path logits;

  @Option(
      names = "--json",
      description = "Print one object: nll, perplexity, tokens, scored_tokens.")
  private boolean json;

  PerplexityCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    String text = read();
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      int[] ids = ids(text, llama.tokenizer());
      Score score = score(llama, ids);
      if (json) {
        console()
            .out()
            .println(
                Json.write(
                    JsonObject.builder()
                        .put("nll", JsonFacts.number(score.negativeLogLikelihood()))
                        .put("perplexity", JsonFacts.number(score.perplexity()))
                        .put("tokens", ids.length)
                        .put("scored_tokens", score.scoredTokens())
                        .build()));
      } else {
        console()
            .out()
            .print(
                new Table(Table.Align.LEFT, Table.Align.LEFT)
                    .row(
                        "negative log-likelihood",
                        String.format(Locale.ROOT, "%.5f nats", score.negativeLogLikelihood()))
                    .row("perplexity", String.format(Locale.ROOT, "%.4f", score.perplexity()))
                    .row("tokens", "%s, scored %s".formatted(ids.length, score.scoredTokens()))
                    .render(""));
      }
    }
    return ExitCodes.OK;
  }

  private String read() throws IOException {
    if (file.toString().equals("-")) {
      return new Utf8Input(console().in(), "standard input").readAll();
    }
    try (var stream = TextFile.open(file)) {
      return new Utf8Input(stream, file.toString()).readAll();
    }
  }

  /// The ids of the text, with BOS and EOS where the model's file wants them.
  private int[] ids(String text, Tokenizer tokenizer) {
    if (tokens) {
      return IdText.parseArray(text, file.toString(), tokenizer.vocabularySize());
    }
    return tokenizer.framed(tokenizer.encode(text));
  }

  private Score score(Llama llama, int[] ids) throws IOException {
    int context = llama.info().context();
    if (ids.length < 2) {
      throw new CommandException(
          "%s: a score needs at least 2 tokens, found %s".formatted(file, ids.length));
    }
    if (stride == null && ids.length > context) {
      throw new CommandException(
          "%s: %s tokens, but the context holds %s: use --stride, or --context %s"
              .formatted(file, ids.length, context, ids.length));
    }
    if (stride != null && stride > context) {
      throw new UsageException(
          "--stride must be at most the context of %s, found %s".formatted(context, stride));
    }
    int overlap = stride == null ? 0 : context - stride;
    try (Progress progress = new Progress(console());
        LogitsFile target = LogitsFile.create(logits)) {
      return llama.score(
          Prompt.tokens(ids),
          ScoreOptions.defaults().withWindow(context).withOverlap(overlap),
          (position, values) -> {
            target.append(values);
            progress.update("reading", position, ids.length);
          });
    }
  }
}
