package puna.engine;

import java.util.concurrent.CompletableFuture;

/// A sequence that is only read: every position from `from` on is handed to a listener.
final class Scoring implements Task {

  /// Hears of positions in order, on the engine's thread.
  interface Listener {
    void position(int position, float[] logits);
  }

  private final int from;
  private final Listener listener;
  private final CompletableFuture<Ending> end = new CompletableFuture<>();
  private int cachedTokens;

  Scoring(int from, Listener listener) {
    this.from = from;
    this.listener = listener;
  }

  /// How it ended.
  CompletableFuture<Ending> end() {
    return end;
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

  @Override
  public boolean isRead() {
    return true; // whoever scores waits for it
  }

  @Override
  public boolean isWanted() {
    return true;
  }

  @Override
  public void started(Sequence sequence) {
    cachedTokens = sequence.computed();
  }

  /// Tokens that were not computed again.
  int cachedTokens() {
    return cachedTokens;
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
