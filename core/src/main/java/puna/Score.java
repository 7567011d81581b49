package puna;

/// How likely a model finds a text.
public final class Score {
  private final double negativeLogLikelihood;
  private final int scoredTokens;

  Score(double negativeLogLikelihood, int scoredTokens) {
    this.negativeLogLikelihood = negativeLogLikelihood;
    this.scoredTokens = scoredTokens;
  }

  /// Summed over the scored tokens, in nats.
  public double negativeLogLikelihood() {
    return negativeLogLikelihood;
  }

  /// All tokens but the first, which nothing predicts.
  public int scoredTokens() {
    return scoredTokens;
  }

  /// `exp` of the mean negative log-likelihood; 1 where nothing was scored.
  public double perplexity() {
    return scoredTokens == 0 ? 1 : Math.exp(negativeLogLikelihood / scoredTokens);
  }

  @Override
  public String toString() {
    return "Score[negativeLogLikelihood=%s, scoredTokens=%d]"
        .formatted(negativeLogLikelihood, scoredTokens);
  }
}
