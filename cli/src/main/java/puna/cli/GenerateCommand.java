package puna.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.FinishReason;
import puna.Generation;
import puna.GenerationOptions;
import puna.Llama;
import puna.Prompt;
import puna.ResponseFormat;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.JsonFacts;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.PunaCommand;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// `puna generate`: one prompt, one answer.
@Command(
    name = "generate",
    description = {
      "Answer one prompt, or continue a text with --raw.",
      "What comes through a pipe beside TEXT stands behind it, after a blank line. A pipe that is"
          + " still empty 0.3 seconds after the start is not waited for; --file - beside TEXT waits.",
    },
    footer = {
      "",
      "Examples:",
      "  puna generate \"Name three rivers of Peru.\"",
      "  puna generate --file question.txt --json",
      "  git diff | puna generate \"Describe this change in one line.\"",
      "  echo \"Once upon a time\" | puna generate --raw --temperature 0 --max-tokens 64"
    })
final class GenerateCommand extends PunaCommand {
  private static final Optional<ToolChoice> NO_TOOL = Optional.of(ToolChoice.none());

  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final PromptSource prompt = new PromptSource();
  @Mixin private final ToolMixin tools = new ToolMixin();
  @Mixin private final FormatMixin format = new FormatMixin();
  @Mixin private final ReasoningMixin reasoning = new ReasoningMixin();
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
        "Print one object: text, token_ids, prompt_token_ids, finish_reason, timings, with --tools"
            + " tool_calls, reasoning of a model that thinks, and logprobs where they are asked for; with --answers above 1 a list of them in answers."
      })
  private boolean json;

  private boolean offersTools;

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
    ChatOptions chat =
        tools.apply(reasoning.apply(sampling.apply(ChatOptions.defaults())), console().err());
    if (raw && reasoning.isGiven()) {
      throw new UsageException(
          "--reasoning and --max-reasoning-tokens go with chat messages, not with --raw");
    }
    if (raw && !chat.tools().isEmpty()) {
      throw new UsageException("--tools goes with chat messages, not with --raw");
    }
    offersTools = !chat.tools().isEmpty() && !chat.toolChoice().equals(NO_TOOL);
    if (answers > Llama.MOST_ANSWERS) {
      throw new UsageException(
          "--answers must be from 1 to %s, found %s".formatted(Llama.MOST_ANSWERS, answers));
    }
    String text = text();
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      List<Reply> replies = replies(llama, text, chat);
      ScoreText scoreText = new ScoreText(llama.tokenizer());
      if (json) {
        console().out().println(Json.write(asJson(replies, scoreText)));
      } else {
        print(replies, scoreText);
      }
      replies.forEach(this::report);
      prompt.noteUnread(console(), "it came too late for the prompt; --file - waits for it");
    }
    return ExitCodes.OK;
  }

  /// One answer.
  ///
  /// @param message with reasoning and tool calls apart; empty with --raw
  private record Reply(Generation generation, Optional<ChatAnswer> message) {}

  private List<Reply> replies(Llama llama, String text, ChatOptions chat) throws IOException {
    ResponseFormat form = format.format(console().err());
    if (raw) {
      GenerationOptions options = scores.apply(sampling.apply(GenerationOptions.defaults()));
      Prompt start = special ? Prompt.textWithSpecials(text) : Prompt.text(text);
      return llama.generateSeveral(start, options.withFormat(form), answers).list().stream()
          .map(generation -> new Reply(generation, Optional.empty()))
          .toList();
    }
    ChatOptions options = scores.apply(chat).withFormat(form);
    return llama.chatSeveral(messages(text), options, answers).list().stream()
        .map(answer -> new Reply(answer.generation(), Optional.of(answer)))
        .toList();
  }

  private String text() throws IOException {
    String text = prompt.readPrompt(console());
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

  private void print(List<Reply> replies, ScoreText scoreText) {
    for (int i = 0; i < replies.size(); i++) {
      Reply reply = replies.get(i);
      if (replies.size() > 1) {
        console().out().println("--- answer " + (i + 1));
      }
      reply.message().ifPresentOrElse(this::stream, () -> stream(reply.generation()));
      if (scores.isAskedFor()) {
        console().out().print(scoreText.table(reply.generation()));
      }
    }
  }

  private void stream(ChatAnswer answer) {
    AnswerPrinter printer = new AnswerPrinter(console());
    answer.forEach(printer::print);
    printer.endLine();
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

  private void report(Reply reply) {
    Generation generation = reply.generation();
    console().out().flush();
    boolean onlyThought =
        reply.message().map(ChatAnswer::finishReason).stream()
            .anyMatch(FinishReason.REASONING_ONLY::equals);
    if (onlyThought) {
      console().err().println("puna: the model ended while it was thinking, without an answer");
    }
    if (generation.finishReason() == FinishReason.CONTEXT_FULL) {
      console().err().println("puna: the context is full and the answer ends early; see --context");
    }
    if (isVerbose()) {
      console().err().println(TimingsText.line(generation));
    }
  }

  private JsonObject asJson(List<Reply> replies, ScoreText scoreText) {
    if (replies.size() == 1) {
      return asJson(replies.getFirst(), scoreText);
    }
    return JsonObject.builder()
        .put(
            "answers",
            new JsonArray(
                replies.stream().<JsonValue>map(reply -> asJson(reply, scoreText)).toList()))
        .build();
  }

  private JsonObject asJson(Reply reply, ScoreText scoreText) {
    Generation generation = reply.generation();
    FinishReason reason =
        reply.message().map(ChatAnswer::finishReason).orElseGet(generation::finishReason);
    JsonObject.Builder facts =
        JsonObject.builder()
            .put("text", reply.message().map(ChatAnswer::text).orElseGet(generation::text))
            .put("token_ids", JsonFacts.ids(generation.tokens()))
            .put("prompt_token_ids", JsonFacts.ids(generation.promptTokens()))
            .put("finish_reason", reason.name().toLowerCase(Locale.ROOT))
            .put("timings", TimingsText.json(generation));
    Optional<ChatMessage> message = reply.message().map(ChatAnswer::message);
    message.flatMap(ChatMessage::reasoning).ifPresent(text -> facts.put("reasoning", text));
    if (offersTools) {
      List<ToolCall> calls = message.map(ChatMessage::toolCalls).orElse(List.of());
      facts.put(
          "tool_calls", new JsonArray(calls.stream().<JsonValue>map(AnswerPrinter::json).toList()));
    }
    if (scores.isAskedFor()) {
      facts.put("logprobs", scoreText.json(generation.logProbabilities()));
      facts.put("prompt_logprobs", scoreText.json(generation.promptLogProbabilities()));
    }
    return facts.build();
  }
}
