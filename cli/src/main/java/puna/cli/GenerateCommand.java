package puna.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.FinishReason;
import puna.Generation;
import puna.GenerationOptions;
import puna.GenerationOptions.SpecialTokens;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// `puna generate`: one prompt, one answer.
@Command(
    name = "generate",
    description = "Answer one prompt, or continue a text with --raw.",
    footer = {
      "",
      "Examples:",
      "  puna generate \"Name three rivers of Peru.\"",
      "  puna generate --file question.txt --json",
      "  echo \"Once upon a time\" | puna generate --raw --temperature 0 --max-tokens 64"
    })
final class GenerateCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final PromptSource prompt = new PromptSource();
  @Mixin private final SamplingMixin sampling = new SamplingMixin();
  @Mixin private final ScoreMixin scores = new ScoreMixin();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = {"-s", "--system"},
      paramLabel = "TEXT",
      description = "A system message before the prompt.")
  private @Nullable String system;

  @Option(
      names = "--raw",
      description = "Continue the text as it stands, instead of answering it as a chat message.")
  private boolean raw;

  @Option(
      names = "--special",
      description = "With --raw: recognise special tokens such as <|im_start|> in the text.")
  private boolean special;

  @Option(
      names = "--answers",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Give N answers; the prompt is read once (default: 1).")
  private int answers = 1;

  @Option(
      names = "--json",
      description = {
        "Print one object: text, token_ids, prompt_token_ids, finish_reason, timings, and logprobs"
            + " where they are asked for; with --answers above 1 a list of them in answers."
      })
  private boolean json;

  GenerateCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (special && !raw) {
      throw new UsageException("--special goes with --raw: in a chat message all text is text");
    }
    if (system != null && raw) {
      throw new UsageException("--system goes with chat messages, not with --raw");
    }
    if (answers > Llama.MOST_ANSWERS) {
      throw new UsageException(
          "--answers must be from 1 to %d, found %d".formatted(Llama.MOST_ANSWERS, answers));
    }
    GenerationOptions options =
        scores
            .apply(sampling.options())
            .withSpecials(special ? SpecialTokens.RECOGNISED : SpecialTokens.AS_TEXT);
    String text = text();
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      List<Generation> generations =
          raw
              ? llama.generate(text, options, answers)
              : llama.chat(messages(text), options, answers);
      ScoreText scoreText = new ScoreText(llama.tokenizer());
      if (json) {
        console().out().println(Json.write(asJson(generations, scoreText)));
      } else {
        print(generations, scoreText);
      }
      generations.forEach(this::report);
    }
    return ExitCodes.OK;
  }

  /// The prompt; a line end at the end of what comes in as a stream is the shell's, not the user's.
  private String text() throws IOException {
    String text = prompt.read(console());
    if (prompt.isStandardInput() && text.endsWith("\n")) {
      text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }
    if (text.isBlank() && !raw) {
      throw new UsageException("the prompt is empty");
    }
    return text;
  }

  private List<ChatMessage> messages(String text) {
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) {
      messages.add(ChatMessage.system(system));
    }
    messages.add(ChatMessage.user(text));
    return messages;
  }

  private void print(List<Generation> generations, ScoreText scoreText) {
    for (int i = 0; i < generations.size(); i++) {
      if (generations.size() > 1) {
        console().out().println("--- answer " + (i + 1));
      }
      stream(generations.get(i));
      if (scores.isAskedFor()) {
        console().out().print(scoreText.table(generations.get(i)));
      }
    }
  }

  private void stream(Generation generation) {
    boolean lineEnded = false;
    for (String piece : generation) {
      console().out().print(piece);
      console().out().flush();
      lineEnded = piece.isEmpty() ? lineEnded : piece.endsWith("\n");
    }
    if (!lineEnded) {
      console().out().println("");
    }
  }

  private void report(Generation generation) {
    console().out().flush();
    if (generation.finishReason() == FinishReason.CONTEXT_FULL) {
      console().err().println("puna: the context is full and the answer ends early; see --context");
    }
    if (isVerbose()) {
      console().err().println(TimingsText.line(generation));
    }
  }

  private JsonObject asJson(List<Generation> generations, ScoreText scoreText) {
    if (generations.size() == 1) {
      return asJson(generations.getFirst(), scoreText);
    }
    return JsonFacts.object()
        .put(
            "answers",
            new JsonArray(
                generations.stream()
                    .<JsonValue>map(generation -> asJson(generation, scoreText))
                    .toList()))
        .build();
  }

  private JsonObject asJson(Generation generation, ScoreText scoreText) {
    JsonFacts facts =
        JsonFacts.object()
            .put("text", generation.text())
            .put("token_ids", JsonFacts.ids(generation.tokens()))
            .put("prompt_token_ids", JsonFacts.ids(generation.promptTokens()))
            .put("finish_reason", generation.finishReason().name().toLowerCase(Locale.ROOT))
            .put("timings", TimingsText.json(generation));
    if (scores.isAskedFor()) {
      facts.put("logprobs", scoreText.json(generation.logProbabilities()));
      facts.put("prompt_logprobs", scoreText.json(generation.promptLogProbabilities()));
    }
    return facts.build();
  }
}
