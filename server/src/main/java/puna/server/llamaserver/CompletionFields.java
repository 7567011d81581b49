package puna.server.llamaserver;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import puna.GenerationOptions;
import puna.Llama;
import puna.ResponseFormat;
import puna.json.JsonValue;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Stage;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.JsonForms;
import puna.token.Tokenizer;

/// A request for completions, but for its prompts.
///
/// @param options of each answer, but for the bias
/// @param bias of tokens
/// @param answers to each prompt
/// @param slot that it asks for; −1 for any
/// @param form of the reply
record CompletionFields(
    GenerationOptions options, LogitBias bias, int answers, int slot, Form form) {
  private static final int MOST_SECONDS = 3600;

  /// What of a request is about the reply alone.
  ///
  /// @param tokens whether their ids are wanted where the reply is no stream
  /// @param timings whether each piece of a stream has them
  /// @param progress whether a stream tells how far prompts are processed
  /// @param members of the last object that are wanted, as paths; empty for all
  /// @param silence after which a stream has a comment
  record Form(
      boolean stream,
      boolean tokens,
      boolean timings,
      boolean progress,
      Probabilities probabilities,
      List<String> members,
      Duration silence) {
    private static final int SILENCE = 10; // seconds

    static Form read(Fields request) {
      int silence = request.integer("sse_ping_interval", -1, MOST_SECONDS).orElse(SILENCE);
      return new Form(
          request.isSet("stream"),
          request.isSet("return_tokens"),
          request.isSet("timings_per_token"),
          request.isSet("return_progress"),
          Probabilities.read(request),
          request.texts("response_fields"),
          Duration.ofSeconds(silence < 0 ? Integer.MAX_VALUE : silence));
    }
  }

  /// The probabilities that are told with each token.
  ///
  /// @param likeliest tokens that are told beside it; 0 for no probabilities at all
  record Probabilities(int likeliest, Stage stage) {
    static Probabilities read(Fields request) {
      int likeliest = request.integer("n_probs", 0, LogProbabilityOptions.MOST_LIKELIEST).orElse(0);
      return new Probabilities(
          likeliest, request.isSet("post_sampling_probs") ? Stage.DRAW : Stage.MODEL);
    }
  }

  /// @param caller on whose behalf; empty for anybody's
  static CompletionFields read(Fields request, String caller) {
    requireNoAdapters(request);
    Form form = Form.read(request);
    GenerationOptions options =
        GenerationOptions.defaults()
            .withSampling(NativeSampling.read(request))
            .withMaxTokens(mostTokens(request));
    options = AnswerTerms.stopping(options, request.texts("stop"));
    options = AnswerTerms.onBehalfOf(options, caller);
    OptionalInt indentation = request.integer("n_indent", 0, Integer.MAX_VALUE);
    if (indentation.isPresent()) {
      options = options.withMinIndentation(indentation.getAsInt());
    }
    OptionalLong milliseconds = request.whole("t_max_predict_ms");
    if (milliseconds.isPresent() && milliseconds.getAsLong() > 0) {
      options = options.withDeadline(Duration.ofMillis(milliseconds.getAsLong()));
    }
    Optional<ResponseFormat> format = format(request);
    options = format.isPresent() ? options.withFormat(format.get()) : options;
    Probabilities told = form.probabilities;
    if (told.likeliest > 0) {
      options =
          options.withLogProbabilities(
              LogProbabilityOptions.ofAnswer(told.likeliest).withStage(told.stage));
    }
    return new CompletionFields(
        options,
        LogitBias.read(request),
        request.integer("n_cmpl", 1, Llama.MOST_ANSWERS).orElse(1),
        request.integer("id_slot", -1, Integer.MAX_VALUE).orElse(-1),
        form);
  }

  /// No adapters are loaded, so there is none to be scaled.
  private static void requireNoAdapters(Fields request) {
    for (Fields adapter : request.objects("lora")) {
      OptionalLong id = adapter.whole("id");
      if (id.isEmpty()) {
        throw Failure.missing(adapter.path("id"), "the id of an adapter");
      }
      throw Failure.invalid(
          adapter.path("id"),
          "%s: there is no adapter %s, none are loaded"
              .formatted(adapter.path("id"), id.getAsLong()));
    }
  }

  /// Below 0 an answer may fill the context.
  private static int mostTokens(Fields request) {
    OptionalInt most = request.integer("n_predict", Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (most.isEmpty()) {
      most = request.integer("max_tokens", Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return most.orElse(-1) < 0 ? Integer.MAX_VALUE : most.getAsInt();
  }

  private static Optional<ResponseFormat> format(Fields request) {
    Optional<String> grammar = request.text("grammar").filter(text -> !text.isBlank());
    Optional<JsonValue> schema = request.value("json_schema");
    if (grammar.isPresent() && schema.isPresent()) {
      throw Failure.invalid("json_schema", "json_schema: cannot go together with a grammar");
    }
    try {
      return grammar.map(ResponseFormat::grammar).or(() -> schema.map(CompletionFields::jsonForm));
    } catch (IllegalArgumentException e) {
      String path = grammar.isPresent() ? "grammar" : "json_schema";
      throw Failure.invalid(path, path + ": " + e.getMessage());
    }
  }

  private static ResponseFormat jsonForm(JsonValue schema) {
    return ResponseFormat.jsonSchema(schema, JsonForms.plain());
  }

  /// The options of each answer by a model of that tokenizer.
  GenerationOptions options(Tokenizer tokenizer) {
    Map<Integer, Float> biases = bias.byId(tokenizer);
    return biases.isEmpty()
        ? options
        : options.withSampling(options.sampling().withLogitBias(biases));
  }
}
