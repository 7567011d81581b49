package puna.server.openai;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import puna.Answer;
import puna.Answers;
import puna.FinishReason;
import puna.Generation;
import puna.Llama;
import puna.Prompt;
import puna.Usage;
import puna.error.GrammarException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.sample.TokenProbability;
import puna.server.models.ModelLease;
import puna.server.openai.ChatChunks.ChatHead;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failures;
import puna.server.wire.Fields;
import puna.server.wire.Ids;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.CutText;
import puna.server.work.ModelDesk;
import puna.server.work.ProgressSink;
import puna.server.work.Prompts;
import puna.server.work.SamplingFields;
import puna.server.work.StartedAnswers;
import puna.server.work.TokenCursor;
import puna.token.Tokenizer;

/// `POST /v1/completions`: raw texts continued, the older form that evaluation programs use.
final class CompletionEndpoint implements Endpoint {
  private final ModelDesk desk;
  private final Ids ids;
  private final Clock clock;

  CompletionEndpoint(ModelDesk desk, Ids ids, Clock clock) {
    this.desk = desk;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields fields = call.fields();
    CompletionFields request = CompletionFields.read(fields, call.caller());
    ChatHead head =
        new ChatHead(ids.next("cmpl-"), clock.instant().getEpochSecond(), request.task().model());
    if (request.stream()) {
      StreamedReply.run(
          call,
          "text/event-stream",
          reply -> stream(call, new Asked(request, fields), head, reply),
          (reply, failure) -> reply.event("error", call.dialect().body(failure, call)));
      return;
    }
    try (ModelLease lease = desk.lease(call, request.task().model());
        StartedAnswers started = start(lease.llama(), new Asked(request, fields))) {
      Answering.await(call, started.all());
      call.reply(200, whole(started, request, head, lease.llama()));
    }
  }

  /// A request, and what it was read from.
  private record Asked(CompletionFields request, Fields fields) {}

  private static StartedAnswers start(Llama llama, Asked asked) {
    CompletionFields request = asked.request();
    try {
      Tokenizer tokenizer = llama.tokenizer();
      SamplingFields.requireKnown(request.task().options().sampling(), tokenizer);
      Prompts prompts = request.task().prompts();
      return StartedAnswers.of(
          request.suffix().isPresent()
              ? prompts.encoded(tokenizer)
              : prompts.encodedNotEmpty(tokenizer),
          prompt ->
              llama.generateSeveral(
                  request.suffix().map(after -> infill(llama, prompt, after)).orElse(prompt),
                  request.task().options(),
                  request.task().answers()));
    } catch (GrammarException e) {
      throw Failures.of(e)
          .at(FormatFields.schemaPath(asked.fields(), "response_format").orElse("response_format"));
    }
  }

  private static Prompt infill(Llama llama, Prompt before, String after) {
    try {
      String text = llama.tokenizer().decode(before.tokens(llama.tokenizer()));
      return llama.infillPrompt(text, after);
    } catch (puna.error.InfillException e) {
      throw Failure.unsupported("suffix", "suffix: " + e.getMessage());
    }
  }

  private void stream(Call call, Asked asked, ChatHead head, StreamedReply reply) {
    CompletionFields request = asked.request();
    try (ModelLease lease =
            desk.lease(call, request.task().model(), () -> ChatChunks.comment(reply));
        StartedAnswers started = start(lease.llama(), asked)) {
      reply.open();
      CompletionChunks chunks =
          new CompletionChunks(
              reply,
              head,
              started,
              request.logProbabilities() ? lease.llama().tokenizer() : null,
              request.echo());
      Answering.stream(
          call,
          started.all(),
          ProgressSink.where(request.progress(), chunks, started.all(), chunks::progress));
      if (request.usage()) {
        reply.data(
            head.start("text_completion")
                .put("choices", new JsonArray(List.of()))
                .put("usage", usage(started))
                .build());
      }
      reply.write("data: [DONE]\n\n");
    }
  }

  private static JsonValue whole(
      StartedAnswers started, CompletionFields request, ChatHead head, Llama llama) {
    List<JsonObject> choices = new ArrayList<>();
    for (Answers<Generation> answers : started.byPrompt()) {
      for (Generation answer : best(answers.list(), request.wanted())) {
        JsonValue logProbabilities =
            request.logProbabilities()
                ? logProbabilities(answer, answers, request.echo(), llama)
                : JsonNull.NULL;
        choices.add(choice(choices.size(), text(answer), logProbabilities, finish(answer)));
      }
    }
    return head.start("text_completion")
        .put("choices", new JsonArray(List.copyOf(choices)))
        .put("usage", usage(started))
        .build();
  }

  private static String text(Generation answer) {
    return CutText.whole(answer.text(), answer.finishReason());
  }

  /// The answers whose tokens were the most likely on average.
  private static List<Generation> best(List<Generation> answers, int wanted) {
    return answers.size() == wanted
        ? answers
        : answers.stream()
            .sorted(Comparator.comparingDouble(CompletionEndpoint::likelihood).reversed())
            .limit(wanted)
            .toList();
  }

  private static double likelihood(Generation answer) {
    return answer.logProbabilities().stream()
        .mapToDouble(TokenProbability::logProbability)
        .average()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  private static JsonObject logProbabilities(
      Generation answer, Answers<Generation> answers, boolean echo, Llama llama) {
    LegacyLogProbabilities told = new LegacyLogProbabilities(llama.tokenizer(), 0);
    if (echo) {
      told.addPrompt(answer, answers.promptLogProbabilities());
    }
    String generated = LegacyLogProbabilities.behind(text(answer), told.offset());
    told.add(new TokenCursor(llama.tokenizer(), answer.tokenIterator()).next(generated));
    return told.toJson();
  }

  static JsonObject choice(
      int index, String text, JsonValue logProbabilities, JsonValue finishReason) {
    return JsonObject.builder()
        .put("index", index)
        .put("text", text)
        .put("logprobs", logProbabilities)
        .put("finish_reason", finishReason)
        .build();
  }

  static JsonValue finish(Answer<?, ?> answer) {
    return new JsonValue.JsonString(
        switch (answer.finishReason()) {
          case FinishReason.STOP -> "stop";
          case FinishReason.CANCELLED -> throw ChatJson.stopped();
          default -> "length";
        });
  }

  /// Each prompt counts once.
  private static JsonObject usage(StartedAnswers started) {
    long prompt = 0;
    long cached = 0;
    long generated = 0;
    for (Answers<Generation> answers : started.byPrompt()) {
      Usage first = answers.get(0).usage();
      prompt += first.promptTokens();
      cached += first.cachedTokens();
      for (Generation answer : answers) {
        generated += answer.usage().completionTokens();
      }
    }
    return JsonObject.builder()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", generated)
        .put("total_tokens", prompt + generated)
        .put("prompt_tokens_details", JsonObject.builder().put("cached_tokens", cached))
        .build();
  }
}
