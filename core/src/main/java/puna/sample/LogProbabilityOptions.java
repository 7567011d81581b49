package puna.sample;

import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// Which log-probabilities (logprobs) are kept with an answer.
///
/// Immutable: each `with…` method returns a copy with one option set.
public final class LogProbabilityOptions {
  /// The most alternatives that can be listed for each position.
  public static final int MOST_LIKELIEST = 1000;

  /// None: the default. All other choices cost time.
  public static final LogProbabilityOptions NONE = new LogProbabilityOptions(OptionValues.none());

  private static final Option<Scope> SCOPE = Option.oneOf("scope", Scope.class);
  private static final Option<Stage> STAGE = Option.oneOf("stage", Stage.class);
  private static final Option<Integer> LIKELIEST =
      Option.integer("likeliest")
          .keeping(value ->
              Checks.require(
                  value >= 0 && value <= MOST_LIKELIEST,
                  "logProbabilities",
                  "from 0 to " + MOST_LIKELIEST,
                  value));

  private final OptionValues values;

  /// For which tokens log-probabilities are kept.
  public enum Scope {
    /// For none.
    NONE,
    /// For the generated tokens.
    ANSWER,
    /// Also for the prompt's tokens, from the second on. The prompt is processed in full then,
    /// without the prefix cache.
    PROMPT_AND_ANSWER
  }

  /// From which distribution the log-probabilities are taken.
  public enum Stage {
    /// The model's own: the softmax of its logits, before logit bias, grammar and sampler steps.
    MODEL,
    /// The one that the token was drawn from, after all sampler steps.
    DRAW
  }

  private LogProbabilityOptions(OptionValues values) {
    this.values = values;
  }

  /// Log-probabilities of the generated tokens, from the model's own distribution.
  ///
  /// @param likeliest how many of the most likely tokens are listed for each position
  ///   (`top_logprobs` in other APIs), from 0 to [#MOST_LIKELIEST]
  public static LogProbabilityOptions ofAnswer(int likeliest) {
    return new LogProbabilityOptions(
        OptionValues.none().with(SCOPE, Scope.ANSWER).with(LIKELIEST, likeliest));
  }

  /// For which tokens log-probabilities are kept. Default: `NONE`.
  public LogProbabilityOptions withScope(Scope value) {
    return new LogProbabilityOptions(values.with(SCOPE, value));
  }

  /// From which distribution those of the generated tokens are taken; the prompt's are always from
  /// the model's own. Default: `MODEL`.
  public LogProbabilityOptions withStage(Stage value) {
    return new LogProbabilityOptions(values.with(STAGE, value));
  }

  /// For which tokens log-probabilities are kept; `NONE` when unset.
  public Scope scope() {
    return values.get(SCOPE).orElse(Scope.NONE);
  }

  /// From which distribution they are taken; `MODEL` when unset.
  public Stage stage() {
    return values.get(STAGE).orElse(Stage.MODEL);
  }

  /// How many of the most likely tokens are listed for each position; 0 when unset.
  public int likeliest() {
    return values.get(LIKELIEST).orElse(0);
  }

  /// The options that are set, as an object with the members `scope`, `stage` and `likeliest`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static LogProbabilityOptions fromJson(JsonObject json) {
    return new LogProbabilityOptions(OptionValues.fromJson(json, List.of(SCOPE, STAGE, LIKELIEST)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogProbabilityOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "LogProbabilityOptions" + values;
  }
}
