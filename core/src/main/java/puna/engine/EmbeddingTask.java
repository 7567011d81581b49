package puna.engine;

/// A sequence that is only read, for the mean of the hidden states from a position on. They are
/// added up step by step, so that a long text needs no more memory than a short one.
final class EmbeddingTask extends ReadTask {
  private final double[] sum;
  private final int from;
  private int next; // the first position that is still to be added

  /// @param from the first position that counts
  /// @param width of a state
  EmbeddingTask(int from, int width) {
    this.from = from;
    this.next = from;
    this.sum = new double[width];
  }

  /// The mean, once it has ended.
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / (next - from));
    }
    return mean;
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
}
