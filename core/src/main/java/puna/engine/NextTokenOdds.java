package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Reads texts and says how much more likely one of some tokens comes next than one of others.
public final class NextTokenOdds {
  private final Engine engine;
  private final Terms terms;

  /// @param terms of a call: a deadline is one for all its texts
  public NextTokenOdds(Engine engine, Terms terms) {
    this.engine = engine;
    this.terms = terms;
  }

  /// What came of a text.
  ///
  /// @param logOdds `ln (P(for) / P(against))`
  /// @param cachedTokens those that were not computed again
  public record Odds(double logOdds, int cachedTokens) {}

  /// The odds behind each text, in their order. The first is read before the others, so that these
  /// find in the cache what all begin with.
  ///
  /// @param texts token ids, at least one each and at most the context
  /// @throws ScoringException when a text could not be read, or the time is over
  /// @throws puna.error.OverloadedException when too many others wait
  /// @throws IllegalStateException when the engine is closed, or on the engine's own thread
  public List<Odds> of(List<int[]> texts, int[] forIt, int[] against) throws InterruptedException {
    List<Odds> found = new ArrayList<>(texts.size());
    Reader reader = new Reader(engine, terms);
    try {
      for (int[] text : texts) {
        Kind kind = new Kind(text.length - 1, forIt, against);
        reader.read(text, kind, task -> found.add(new Odds(kind.logOdds, task.cachedTokens())));
        if (found.isEmpty()) {
          reader.finish();
        }
      }
      reader.finish();
    } finally {
      reader.cancel();
    }
    return found;
  }

  private static final class Kind implements Reader.Kind<ScoringTask> {
    private final int last;
    private final int[] forIt;
    private final int[] against;
    private volatile double logOdds; // written on the engine's thread, before the task is done

    Kind(int last, int[] forIt, int[] against) {
      this.last = last;
      this.forIt = forIt;
      this.against = against;
    }

    @Override
    public ScoringTask make() {
      return new ScoringTask(
          last, (_, logits) -> logOdds = logSum(logits, forIt) - logSum(logits, against));
    }

    @Override
    public CompletableFuture<Ending> end(ScoringTask task) {
      return task.end();
    }
  }

  /// `ln Σ e^logit`, but for a constant that is the same for all tokens.
  private static double logSum(float[] logits, int[] tokens) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int token : tokens) {
      largest = Math.max(largest, logits[token]);
    }
    double sum = 0;
    for (int token : tokens) {
      sum += Math.exp(logits[token] - largest);
    }
    return largest + Math.log(sum);
  }
}
