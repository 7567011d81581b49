package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;
import puna.sample.TokenProbability;
import puna.sample.chain.Candidates;
import puna.sample.chain.LogProbabilities;

/// The log-probabilities of one answer; nothing at all where none are asked for.
final class AnswerScores {
  private final LogProbabilityOptions options;
  private final Consumer<TokenProbability> prompt;
  private final int promptLength;
  private final float[] modelLogits; // a copy: the sampler edits them
  private final List<TokenProbability> promptScores = new ArrayList<>(); // nobody heard of yet
  private int promptScored; // positions of the prompt whose next token was scored

  /// @param prompt hears of the prompt's tokens
  AnswerScores(Request request, Consumer<TokenProbability> prompt, int vocabulary) {
    this.options = request.logProbabilities();
    this.prompt = prompt;
    promptLength = options.scope() == Scope.PROMPT_AND_ANSWER ? request.prompt().length : 0;
    boolean copies = options.scope() != Scope.NONE && options.stage() == Stage.MODEL;
    modelLogits = new float[copies ? vocabulary : 0];
  }

  /// True while tokens of the prompt are to be scored.
  boolean wantsPrompt() {
    return promptScored < promptLength - 1;
  }

  /// The first position whose next token is not scored yet.
  int promptScored() {
    return promptScored;
  }

  /// Scores the prompt's token after `position`.
  void scorePrompt(int position, float[] logits, Sequence sequence) {
    promptScored = position + 1;
    promptScores.add(
        LogProbabilities.ofLogits(logits, sequence.token(position + 1), options.likeliest()));
  }

  /// Tells of the scores of the prompt's tokens.
  void tellPrompt() {
    if (!promptScores.isEmpty()) {
      promptScores.forEach(prompt);
      promptScores.clear();
    }
  }

  /// Keeps the logits that a token will be drawn from.
  void keep(float[] logits) {
    if (modelLogits.length > 0) {
      System.arraycopy(logits, 0, modelLogits, 0, modelLogits.length);
    }
  }

  /// How likely the token that was drawn is.
  Optional<TokenProbability> score(int token, Candidates candidates) {
    if (options.scope() == Scope.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        modelLogits.length > 0
            ? LogProbabilities.ofLogits(modelLogits, token, options.likeliest())
            : LogProbabilities.ofDraw(candidates, options.likeliest()));
  }
}
