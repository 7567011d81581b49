package puna.engine;

import java.util.concurrent.CompletableFuture;

/// A sequence that is only read, for the mean of the hidden states from a position on. They are
/// added up step by step, so that a long text needs no more memory than a short one.
final class Embedding implements Task {
  private final double[] sum;
  private final int from;
  private final CompletableFuture<Ending> end = new CompletableFuture<>();
  private int next; // the first position that is still to be added
  private int cachedTokens;

  /// @param from the first position that counts
  /// @param width of a state
  Embedding(int from, int width) {
    this.from = from;
    this.next = from;
    this.sum = new double[width];
  }

  /// How it ended.
  CompletableFuture<Ending> end() {
    return end;
  }

  /// The mean, once it has ended.
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / (next - from));
    }
    return mean;
  }

  /// Tokens that were not computed again.
  int cachedTokens() {
    return cachedTokens;
  }

  @Override
  public Wanted wanted() {
    return Wanted.STATES;
  }

  /// A text that was put back goes on where it was: what is computed anew is not added again.
  @Override
  public int firstOutput(Sequence sequence) {
    return next;
  }

  @Override
  public void draw(PartLogits states, Sequence sequence) {
    for (int i = 0; i < states.count(); i++) {
      float[] state = states.readState(i);
      for (int dimension = 0; dimension < sum.length; dimension++) {
        sum[dimension] += state[dimension];
      }
      next++;
    }
  }

  @Override
  public boolean tell(PartLogits states, Sequence sequence) {
    return true;
  }

  @Override
  public boolean isRead() {
    return true; // whoever asks for it waits for it
  }

  @Override
  public boolean isWanted() {
    return true;
  }

  @Override
  public void started(Sequence sequence) {
    cachedTokens = sequence.computed();
  }

  @Override
  public void done() {
    end.complete(Ending.COMPLETE);
  }

  @Override
  public void abandoned(Ending ending) {
    end.complete(ending);
  }

  @Override
  public void failed(Throwable cause) {
    end.completeExceptionally(cause);
  }
}
