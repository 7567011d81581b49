package puna;

/// How likely a model finds a text: log-likelihood and perplexity.
public final class Score {
  private final double negativeLogLikelihood;
  private final int scoredTokens;

  Score(double negativeLogLikelihood, int scoredTokens) {
    this.negativeLogLikelihood = negativeLogLikelihood;
    this.scoredTokens = scoredTokens;
  }

  /// The negative log-likelihood, summed over the scored tokens, in nats.
  public double negativeLogLikelihood() {
    return negativeLogLikelihood;
  }

  /// The number of scored tokens: all but the first, which nothing predicts.
  public int scoredTokens() {
    return scoredTokens;
  }

  /// The perplexity: `exp` of the mean negative log-likelihood; 1 where nothing was scored.
  public double perplexity() {
    return scoredTokens == 0 ? 1 : Math.exp(negativeLogLikelihood / scoredTokens);
  }

  @Override
  public String toString() {
    return "Score[negativeLogLikelihood=%s, scoredTokens=%s]"
        .formatted(negativeLogLikelihood, scoredTokens);
  }
}
