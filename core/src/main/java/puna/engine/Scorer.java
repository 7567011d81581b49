package puna.engine;

import java.util.Arrays;
import java.util.concurrent.ExecutionException;

/// Reads a text and says how likely the model finds it: whole where it fits into one window, else
/// in windows that overlap. Each position is read once for its logits, in the first window that
/// holds it.
public final class Scorer {

  /// Hears of every position of a text in order, on the engine's thread.
  @FunctionalInterface
  public interface Listener {
    /// @param position in the text, from 0
    /// @param logits after that position; valid during the call
    void position(int position, float[] logits);
  }

  private final Engine engine;
  private final int window;
  private final int overlap;

  /// @param window tokens read in one context, at most the engine's
  /// @param overlap tokens of the window before that are read again for their context
  public Scorer(Engine engine, int window, int overlap) {
    if (window < 1 || window > engine.context()) {
      throw new IllegalArgumentException(
          "window must be from 1 to the context of %s, found %s"
              .formatted(engine.context(), window));
    }
    if (overlap < 0 || overlap >= window) {
      throw new IllegalArgumentException(
          "overlap must be from 0 to %s, found %s".formatted(window - 1, overlap));
    }
    this.engine = engine;
    this.window = window;
    this.overlap = overlap;
  }

  /// The summed negative log-likelihood of `text[1…]`, in nats, each by a log-softmax in double.
  ///
  /// @throws IllegalStateException when the engine is closed, also while it reads, or on the
  ///   engine's own thread
  /// @throws ScoringException when it broke off; the cause says why
  public double score(int[] text, Listener listener) throws InterruptedException {
    Sum sum = new Sum(text, listener);
    int done = 0;
    for (int start = 0; done < text.length; start = done - overlap) {
      int end = Math.min(text.length, start + window);
      int offset = start;
      read(
          Arrays.copyOfRange(text, start, end),
          new ScoringTask(
              done - start, (position, logits) -> sum.position(offset + position, logits)));
      done = end;
    }
    return sum.total;
  }

  private void read(int[] tokens, ScoringTask scoring) throws InterruptedException {
    engine.requireOtherThread("wait for a score");
    Sequence sequence = engine.read(tokens, scoring, Terms.NONE);
    try {
      Ending ending = scoring.end().get();
      if (ending != Ending.COMPLETE) {
        throw new IllegalStateException("the engine was closed while it scored a text");
      }
    } catch (ExecutionException e) {
      throw new ScoringException(String.valueOf(e.getCause()), e.getCause());
    } finally {
      sequence.cancel();
    }
  }

  /// `−ln softmax(logits)[token]`, in double.
  ///
  /// @throws IllegalArgumentException when a logit is no number
  static double negativeLogLikelihood(float[] logits, int token) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    if (Double.isNaN(sum)) {
      throw new IllegalArgumentException(
          "logits must be numbers below infinity, found a largest of " + largest);
    }
    return Math.log(sum) + largest - logits[token];
  }

  private static final class Sum {
    private final int[] text;
    private final Listener listener;
    private double total;

    Sum(int[] text, Listener listener) {
      this.text = text;
      this.listener = listener;
    }

    void position(int position, float[] logits) {
      if (position + 1 < text.length) {
        total += negativeLogLikelihood(logits, text[position + 1]);
      }
      listener.position(position, logits);
    }
  }
}
