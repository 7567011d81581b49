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
      names = "--json",
      description = "Print one object: text, token_ids, prompt_token_ids, finish_reason, timings.")
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
    GenerationOptions options =
        sampling.options().withSpecials(special ? SpecialTokens.RECOGNISED : SpecialTokens.AS_TEXT);
    String text = text();
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      Generation generation =
          raw ? llama.generate(text, options) : llama.chat(messages(text), options);
      if (json) {
        String answer = generation.text();
        console().out().println(Json.write(asJson(generation, answer)));
      } else {
        stream(generation);
      }
      report(generation);
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

  private static JsonObject asJson(Generation generation, String text) {
    return JsonFacts.object()
        .put("text", text)
        .put("token_ids", JsonFacts.ids(generation.tokens()))
        .put("prompt_token_ids", JsonFacts.ids(generation.promptTokens()))
        .put("finish_reason", generation.finishReason().name().toLowerCase(Locale.ROOT))
        .put("timings", TimingsText.json(generation))
        .build();
  }
}
