package puna.server.openai;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import puna.AnswerOptions.Echo;
import puna.GenerationOptions;
import puna.Llama;
import puna.Prompt;
import puna.ResponseFormat;
import puna.sample.LogProbabilityOptions;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.CompletionTask;
import puna.server.work.Prompts;
import puna.server.work.SamplingFields;

/// A request for completions of raw texts, in OpenAI's older form.
///
/// @param task what is asked for, with as many answers as `best_of` says
/// @param wanted answers that are told of each prompt's
/// @param suffix that an answer leads to; empty for none
/// @param logProbabilities whether they are told
/// @param echo whether each text begins with its prompt
/// @param stream whether answers come piece by piece
/// @param usage whether the stream ends with it
/// @param progress whether the stream tells how far prompts are processed, as llama-server's
record CompletionFields(
    CompletionTask task,
    int wanted,
    Optional<String> suffix,
    boolean logProbabilities,
    boolean echo,
    boolean stream,
    boolean usage,
    boolean progress) {
  private static final int DEFAULT_TOKENS = 16;
  private static final int MOST_LIKELIEST = 5;
  private static final int MOST_PROMPTS = 1024;

  static CompletionFields read(Fields request, String caller) {
    String model = request.requiredText("model");
    Prompts prompts =
        request.has("prompt")
            ? Prompts.read(request, "prompt", Prompts.Specials.TOKENS)
            : new Prompts("prompt", false, List.of(Prompt.textWithSpecials("<|endoftext|>")));
    if (prompts.all().size() > MOST_PROMPTS) {
      throw Failure.invalid("prompt", "prompt: at most %s at a time".formatted(MOST_PROMPTS));
    }
    int wanted = request.integer("n", 1, Llama.MOST_ANSWERS).orElse(1);
    int tried = request.integer("best_of", wanted, Llama.MOST_ANSWERS).orElse(wanted);
    boolean stream = request.isSet("stream");
    if (stream && tried > wanted) {
      throw Failure.invalid("best_of", "best_of: a stream cannot tell the best answers");
    }
    OptionalInt likeliest = request.integer("logprobs", 0, MOST_LIKELIEST);
    boolean echo = request.isSet("echo");
    GenerationOptions options = options(request, caller).withEcho(echo(echo));
    if (likeliest.isPresent() || tried > wanted) {
      options = options.withLogProbabilities(scope(echo, likeliest.orElse(0)));
    }
    return new CompletionFields(
        new CompletionTask(model, prompts, options, tried),
        wanted,
        request.text("suffix").filter(text -> !text.isEmpty()),
        likeliest.isPresent(),
        echo,
        stream,
        request.object("stream_options").filter(o -> o.isSet("include_usage")).isPresent(),
        request.isSet("return_progress"));
  }

  private static Echo echo(boolean wanted) {
    return wanted ? Echo.PROMPT_AND_ANSWER : Echo.ANSWER;
  }

  private static LogProbabilityOptions scope(boolean echo, int likeliest) {
    LogProbabilityOptions ofAnswer = LogProbabilityOptions.ofAnswer(likeliest);
    return echo ? ofAnswer.withScope(LogProbabilityOptions.Scope.PROMPT_AND_ANSWER) : ofAnswer;
  }

  private static GenerationOptions options(Fields request, String caller) {
    int most =
        request.has("max_tokens") ? ChatFields.mostTokens(request, "max_tokens") : DEFAULT_TOKENS;
    GenerationOptions options =
        GenerationOptions.defaults()
            .withSampling(SamplingFields.read(request, ChatFields.MOST_TEMPERATURE))
            .withMaxTokens(most);
    options = AnswerTerms.stopping(options, request.texts("stop"));
    options = AnswerTerms.onBehalfOf(options, caller);
    Optional<ResponseFormat> format = FormatFields.read(request, "response_format");
    return format.isPresent() ? options.withFormat(format.get()) : options;
  }
}
