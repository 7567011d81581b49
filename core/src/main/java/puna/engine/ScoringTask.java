package puna.engine;

/// A sequence that is only read: every position from `from` on is handed to a listener.
final class ScoringTask extends ReadTask {

  /// Hears of positions in order, on the engine's thread.
  interface Listener {
    void position(int position, float[] logits);
  }

  private final int from;
  private final Listener listener;

  ScoringTask(int from, Listener listener) {
    this.from = from;
    this.listener = listener;
  }

  @Override
  public int firstOutput(Sequence sequence) {
    return from;
  }

  @Override
  public void draw(PartLogits logits, Sequence sequence) {}

  @Override
  public boolean tell(PartLogits logits, Sequence sequence) {
    for (int i = 0; i < logits.count(); i++) {
      listener.position(logits.firstPosition() + i, logits.read(i).logits());
    }
    return true;
  }
}
