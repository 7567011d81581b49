package puna.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A seedable chain of `LogitsStep`s ending in a draw. It belongs to one sequence.
///
/// The order is llama.cpp's: logit bias, penalties, top-k, top-p, min-p, temperature. The steps
/// that narrow come before the temperature, so that they judge tokens by what the model itself
/// holds likely: a high temperature then varies among good tokens and never lets bad ones in.
/// (Meta's reference code applies top-p after the temperature; at 0.6 that keeps fewer tokens.)
/// Top-p counts the probabilities of what top-k left. Temperature 0 takes the most likely token
/// after bias and penalties, the lowest id on ties.
public final class Sampler {
  private final List<LogitsStep> edits = new ArrayList<>();
  private final List<LogitsStep> filters = new ArrayList<>();
  private final float temperature;
  private final RandomDraws random;

  /// @param vocabulary how many tokens there are; a logit bias must stay within
  public Sampler(SamplingOptions options, int vocabulary) {
    options.logitBias().keySet().forEach(token -> requireToken(token, vocabulary));
    temperature = options.temperature();
    random =
        new RandomDraws(
            options.seed() == SamplingOptions.RANDOM_SEED
                ? new SplittableRandom().nextLong()
                : options.seed());
    addEdits(options, vocabulary);
    addFilters(options);
  }

  private void addEdits(SamplingOptions options, int vocabulary) {
    if (!options.logitBias().isEmpty()) {
      edits.add(new LogitBias(options.logitBias()));
    }
    boolean penalizes =
        options.repeatPenalty() != 1
            || options.presencePenalty() != 0
            || options.frequencyPenalty() != 0;
    if (penalizes && options.penaltyWindow() != 0) {
      edits.add(new Penalties(options, vocabulary));
    }
  }

  private void addFilters(SamplingOptions options) {
    if (options.topK() > 0) {
      filters.add(candidates -> candidates.keepTop(options.topK()));
    }
    if (options.topP() < 1) {
      filters.add(candidates -> candidates.keepMass(options.topP()));
    }
    if (options.minP() > 0) {
      double distance = -Math.log(options.minP());
      filters.add(candidates -> candidates.keepWithin(distance));
    }
  }

  /// Takes note of a token of the prompt.
  public void accept(int token) {
    for (int i = 0; i < edits.size(); i++) {
      edits.get(i).accept(token);
    }
  }

  /// Draws the next token from `candidates.logits()`, which it may edit, and takes note of it.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public int next(Candidates candidates) {
    for (int i = 0; i < edits.size(); i++) {
      edits.get(i).apply(candidates);
    }
    int token = temperature == 0 ? candidates.mostLikely() : draw(candidates);
    accept(token);
    return token;
  }

  private int draw(Candidates candidates) {
    candidates.begin();
    for (int i = 0; i < filters.size(); i++) {
      filters.get(i).apply(candidates);
    }
    return candidates.draw(temperature, random.next());
  }

  private static void requireToken(int token, int vocabulary) {
    if (token >= vocabulary) {
      throw new IllegalArgumentException(
          "logitBias must name tokens from 0 to %d, found %d".formatted(vocabulary - 1, token));
    }
  }
}
