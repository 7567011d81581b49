package puna.sample;

import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// Which log-probabilities are wanted beside an answer.
public final class LogProbabilityOptions {
  /// The most rivals that can be listed for each place.
  public static final int MOST_LIKELIEST = 1000;

  /// None at all: the default, and the only choice that costs nothing.
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

  /// The tokens that they are wanted of.
  public enum Scope {
    NONE,
    ANSWER,
    /// Also of the prompt's tokens from the second on: all of the prompt is computed anew for it.
    PROMPT_AND_ANSWER
  }

  /// The point between logits and draw.
  public enum Stage {
    /// The softmax of the model's logits, before bias, grammar and all sampler steps.
    MODEL,
    /// What the token was drawn from, after all sampler steps.
    DRAW
  }

  private LogProbabilityOptions(OptionValues values) {
    this.values = values;
  }

  /// Of the answer's tokens by the model's own logits.
  ///
  /// @param likeliest how many of the most likely tokens are listed for each place, from 0 to
  ///   `MOST_LIKELIEST`
  public static LogProbabilityOptions ofAnswer(int likeliest) {
    return new LogProbabilityOptions(
        OptionValues.none().with(SCOPE, Scope.ANSWER).with(LIKELIEST, likeliest));
  }

  public LogProbabilityOptions withScope(Scope value) {
    return new LogProbabilityOptions(values.with(SCOPE, value));
  }

  /// At which point those of the answer's tokens are taken; the prompt's are always the model's
  /// own.
  public LogProbabilityOptions withStage(Stage value) {
    return new LogProbabilityOptions(values.with(STAGE, value));
  }

  /// `NONE` where it was not said.
  public Scope scope() {
    return values.get(SCOPE).orElse(Scope.NONE);
  }

  /// `MODEL` where it was not said.
  public Stage stage() {
    return values.get(STAGE).orElse(Stage.MODEL);
  }

  /// How many of the most likely tokens are listed for each place; 0 where it was not said.
  public int likeliest() {
    return values.get(LIKELIEST).orElse(0);
  }

  /// What is set: `scope`, `stage`, `likeliest`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
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
