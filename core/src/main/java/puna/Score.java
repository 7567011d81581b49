package puna;

/// How likely a model finds a text.
///
/// @param negativeLogLikelihood summed over the scored tokens, in nats
/// @param scoredTokens all but the first, which nothing predicts
public record Score(double negativeLogLikelihood, int scoredTokens) {
  /// `exp` of the mean negative log-likelihood; 1 where nothing was scored.
  public double perplexity() {
    return scoredTokens == 0 ? 1 : Math.exp(negativeLogLikelihood / scoredTokens);
  }
}
