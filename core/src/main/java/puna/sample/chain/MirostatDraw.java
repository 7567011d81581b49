package puna.sample.chain;

import puna.sample.SamplerStep;

/// Keeps the surprise of the answer near a target: Mirostat (Basu et al., 2021, algorithms 1 and
/// 2). After each token the largest surprise that may come is moved by its error.
final class MirostatDraw implements Draw {
  /// Tokens that the Zipf exponent is estimated from, as in the paper.
  private static final int ESTIMATED = 100;

  private final SamplerStep.Mirostat options;
  private final int vocabulary;
  private final int[] likeliest = new int[ESTIMATED];
  private double most; // bits; the paper's μ

  MirostatDraw(SamplerStep.Mirostat options, int vocabulary) {
    this.options = options;
    this.vocabulary = vocabulary;
    most = 2.0 * options.tau();
  }

  @Override
  public int draw(Candidates candidates, RandomDraws random) {
    if (options.version() == 1) {
      candidates.keepTop(zipfCount(candidates));
    } else {
      // surprise log2(total) + below·log2(e) is at most the limit
      double within = most * Math.log(2) - Math.log(candidates.weigh());
      candidates.keepWithin(within);
    }
    int token = candidates.draw(random.next());
    double surprise = -Math.log(candidates.drawnProbability()) / Math.log(2);
    most -= options.eta() * (surprise - options.tau());
    return token;
  }

  /// How many of the most likely tokens give the wanted surprise under Zipf's law.
  private int zipfCount(Candidates candidates) {
    candidates.begin();
    int count = LogProbabilities.rank(candidates, likeliest);
    double products = 0;
    double squares = 0;
    float[] logits = candidates.logits();
    for (int i = 0; i + 1 < count; i++) {
      double t = Math.log((i + 2.0) / (i + 1.0));
      products += t * (logits[likeliest[i]] - (double) logits[likeliest[i + 1]]);
      squares += t * t;
    }
    double exponent = products / squares;
    double epsilon = exponent - 1;
    double k =
        Math.pow(epsilon * Math.pow(2, most) / (1 - Math.pow(vocabulary, -epsilon)), 1 / exponent);
    // no number where nothing can be estimated
    return Double.isNaN(k) ? 1 : (int) Math.clamp(k, 1, (double) vocabulary);
  }
}
