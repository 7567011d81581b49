package puna.server.llamaserver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.FinishReason;
import puna.GeneratedToken;
import puna.Generation;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.sample.LogProbabilityOptions.Stage;
import puna.sample.TokenProbability;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.work.CutText;
import puna.server.work.TimingMembers;
import puna.token.Tokenizer;

/// An answer in llama-server's form.
///
/// @param request that it answers
/// @param settings of it, in that form
/// @param place where it stands
/// @param tokenizer of the model
record CompletionJson(
    CompletionFields request, JsonObject settings, Place place, Tokenizer tokenizer) {

  /// JSON has no infinity: a stand-in for a token that cannot come.
  private static final double NEVER = -9999;

  /// Where a request is answered.
  ///
  /// @param model its id
  record Place(String model, int slot) {}

  /// What a whole answer and the pieces of one have in common.
  JsonObject.Builder start(int index, String content, List<Integer> tokens) {
    return JsonObject.builder()
        .put("index", index)
        .put("content", content)
        .put("tokens", TokenText.numbers(tokens.stream().mapToInt(id -> id).toArray()))
        .put("id_slot", place.slot);
  }

  /// A whole answer, or the last object of a stream.
  ///
  /// @param last the probabilities that were not told yet
  JsonObject end(int index, Generation answer, List<JsonObject> last) {
    FinishReason reason = answer.finishReason();
    String text = CutText.whole(answer.text(), reason);
    boolean isStream = request.form().stream();
    List<Integer> ids = new ArrayList<>();
    if (request.form().tokens() && !isStream) {
      for (int id : answer.tokens()) {
        ids.add(id);
      }
    }
    JsonObject.Builder all =
        start(index, isStream ? "" : text, ids)
            .put("stop", true)
            .put("model", place.model)
            .put("tokens_predicted", answer.usage().completionTokens())
            .put("tokens_evaluated", answer.usage().promptTokens())
            .put("generation_settings", settings)
            .put("prompt", TokenText.of(tokenizer, answer.promptTokens()))
            .put("has_new_line", text.contains("\n"))
            .put("truncated", reason == FinishReason.CONTEXT_FULL)
            .put("stop_type", stopType(answer))
            .put("stopping_word", answer.stopString().orElse(""))
            .put("tokens_cached", answer.usage().cachedTokens())
            .put("timings", TimingMembers.of(answer.timings()));
    if (request.form().probabilities().likeliest() > 0) {
      all.put("completion_probabilities", last);
    }
    return wanted(all.build());
  }

  private String stopType(Generation answer) {
    return switch (answer.finishReason()) {
      case STOP ->
          answer.stopString().isPresent() ? "word" : endsByItself(answer) ? "eos" : "limit";
      case CANCELLED -> throw Failure.of(Kind.BUSY, "the model was closed while it answered");
      default -> "limit";
    };
  }

  /// As opposed to an end by its indentation.
  private boolean endsByItself(Generation answer) {
    int[] tokens = answer.tokens();
    return request.options().minIndentation().orElse(0) == 0
        || tokens.length == 0
        || tokenizer.isEndOfGeneration(tokens[tokens.length - 1]);
  }

  private JsonObject wanted(JsonObject all) {
    if (request.form().members().isEmpty()) {
      return all;
    }
    JsonObject.Builder some = JsonObject.builder();
    for (String path : request.form().members()) {
      Optional<JsonValue> value = SettingsJson.at(all, path);
      value.ifPresent(found -> some.put(path, found));
    }
    return some.build();
  }

  /// How likely tokens were.
  List<JsonObject> probabilities(List<GeneratedToken> tokens) {
    List<JsonObject> entries = new ArrayList<>();
    for (GeneratedToken token : tokens) {
      token.probability().ifPresent(probability -> entries.add(entry(probability)));
    }
    return entries;
  }

  private JsonObject entry(TokenProbability token) {
    boolean drawn = request.form().probabilities().stage() == Stage.DRAW;
    List<JsonObject> rivals = new ArrayList<>();
    for (TokenProbability.Rival rival : token.likeliest()) {
      if (!drawn || rival.logProbability() > Double.NEGATIVE_INFINITY) {
        rivals.add(likelihood(rival.token(), rival.logProbability()).build());
      }
    }
    return likelihood(token.token(), token.logProbability())
        .put(drawn ? "top_probs" : "top_logprobs", rivals)
        .build();
  }

  private JsonObject.Builder likelihood(int id, double logarithm) {
    byte[] bytes = tokenizer.bytes(id);
    JsonObject.Builder entry =
        JsonObject.builder()
            .put("id", id)
            .put("token", new String(bytes, StandardCharsets.UTF_8))
            .put("bytes", TokenText.numbers(bytes));
    return request.form().probabilities().stage() == Stage.DRAW
        ? entry.put("prob", Math.exp(logarithm))
        : entry.put("logprob", Math.max(NEVER, Math.min(0, logarithm)));
  }
}
