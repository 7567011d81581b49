package puna.engine;

import java.util.concurrent.CompletableFuture;

/// A sequence that is only read, for somebody who waits for its end.
abstract sealed class ReadTask implements Task permits EmbeddingTask, ScoringTask {
  private final CompletableFuture<Ending> end = new CompletableFuture<>();
  private int cachedTokens;

  /// How it ended.
  final CompletableFuture<Ending> end() {
    return end;
  }

  /// Tokens that were not computed again.
  final int cachedTokens() {
    return cachedTokens;
  }

  @Override
  public final boolean isRead() {
    return true; // whoever asks for it waits for it
  }

  @Override
  public final boolean isWanted() {
    return true;
  }

  @Override
  public final void started(Sequence sequence) {
    cachedTokens = sequence.computed();
  }

  @Override
  public final void done() {
    end.complete(Ending.COMPLETE);
  }

  @Override
  public final void abandoned(Ending ending) {
    end.complete(ending);
  }

  @Override
  public final void failed(Throwable cause) {
    end.completeExceptionally(cause);
  }
}
