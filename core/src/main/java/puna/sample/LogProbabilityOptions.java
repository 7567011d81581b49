package puna.sample;

import static java.util.Objects.requireNonNull;

/// Which log-probabilities are wanted beside an answer.
///
/// @param scope of which tokens
/// @param stage at which point they are taken for the answer's tokens; the prompt's are always the
///   model's own
/// @param likeliest how many of the most likely tokens are listed for each place, 0 to
///   `MOST_LIKELIEST`
public record LogProbabilityOptions(Scope scope, Stage stage, int likeliest) {
  public static final int MOST_LIKELIEST = 1000;

  /// None at all: the default, and the only choice that costs nothing.
  public static final LogProbabilityOptions NONE =
      new LogProbabilityOptions(Scope.NONE, Stage.MODEL, 0);

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

  /// @throws IllegalArgumentException when `likeliest` is out of range
  public LogProbabilityOptions {
    requireNonNull(scope, "scope");
    requireNonNull(stage, "stage");
    Checks.require(
        likeliest >= 0 && likeliest <= MOST_LIKELIEST,
        "logProbabilities",
        "from 0 to " + MOST_LIKELIEST,
        likeliest);
  }

  /// Of the answer's tokens by the model's own logits.
  public static LogProbabilityOptions ofAnswer(int likeliest) {
    return new LogProbabilityOptions(Scope.ANSWER, Stage.MODEL, likeliest);
  }

  public LogProbabilityOptions withScope(Scope value) {
    return new LogProbabilityOptions(value, stage, likeliest);
  }

  public LogProbabilityOptions withStage(Stage value) {
    return new LogProbabilityOptions(scope, value, likeliest);
  }
}
