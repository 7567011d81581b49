package puna.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.Embedding;
import puna.EmbeddingOptions;
import puna.EmbeddingOptions.Length;
import puna.EmbeddingOptions.LongTexts;
import puna.EmbeddingOptions.Pooling;
import puna.Embeddings;
import puna.Llama;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.PunaCommand;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// `puna embed`: texts as vectors.
@Command(
    name = "embed",
    description = {
      "Turn texts into vectors: one line of numbers for each.",
      "Texts are the arguments, or else the lines of standard input."
    })
final class EmbedCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description = "The texts, each an argument. Without any: the lines of standard input.")
  private List<String> texts = List.of();

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description =
          "How tokens become a vector: mean, last or cls, the first (default: as the model's file"
              + " says, else mean).")
  private @Nullable Pooling pooling;

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Only the first N numbers of each vector.")
  private @Nullable Integer dimensions;

  @Option(
      names = "--raw",
      description = "Vectors as long as the model gives them, not of length 1.")
  private boolean raw;

  @Option(names = "--cut", description = "Leave out the end of texts longer than the context.")
  private boolean cut;

  @Option(
      names = "--json",
      description = "Print one object: embeddings, tokens (of each text), dimensions.")
  private boolean json;

  EmbedCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    List<String> read =
        TextLines.read(
            console(),
            texts,
            "no text given; write it behind the command, or lines to standard input");
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      int width = llama.embeddingDimensions();
      if (dimensions != null && dimensions > width) {
        throw new UsageException(
            "--dimensions must be at most the %s of this model, found %s"
                .formatted(width, dimensions));
      }
      Embeddings embeddings = embed(llama, read);
      if (json) {
        console().out().println(Json.write(object(embeddings)));
      } else {
        embeddings.forEach(embedding -> console().out().println(line(embedding)));
      }
    }
    return ExitCodes.OK;
  }

  private Embeddings embed(Llama llama, List<String> read) {
    try {
      return llama.embed(read, options());
    } catch (IllegalArgumentException e) { // an empty text
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private EmbeddingOptions options() {
    EmbeddingOptions options =
        EmbeddingOptions.defaults()
            .withLength(raw ? Length.MODEL : Length.UNIT)
            .withLongTexts(cut ? LongTexts.CUT : LongTexts.REFUSE);
    options = pooling == null ? options : options.withPooling(pooling);
    return dimensions == null ? options : options.withDimensions(dimensions);
  }

  private static JsonValue object(Embeddings embeddings) {
    List<JsonValue> vectors = new ArrayList<>();
    List<JsonValue> tokens = new ArrayList<>();
    for (Embedding embedding : embeddings) {
      List<JsonValue> numbers = new ArrayList<>();
      for (float value : embedding.values()) {
        numbers.add(new JsonNumber(Float.toString(value)));
      }
      vectors.add(new JsonArray(numbers));
      tokens.add(JsonNumber.of(embedding.tokens()));
    }
    return JsonObject.builder()
        .put("embeddings", new JsonArray(vectors))
        .put("tokens", new JsonArray(tokens))
        .put("dimensions", embeddings.size() == 0 ? 0 : embeddings.get(0).dimensions())
        .build();
  }

  private static String line(Embedding embedding) {
    StringJoiner line = new StringJoiner(" ");
    for (float value : embedding.values()) {
      line.add(Float.toString(value));
    }
    return line.toString();
  }
}
