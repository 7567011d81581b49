package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A listener that keeps what it hears.
final class Collector implements AnswerListener {
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  @Override
  public synchronized void token(int id) {
    tokens.add(id);
  }

  @Override
  public synchronized void text(String piece) {
    text.append(piece);
  }

  @Override
  public void ended(Outcome end) {
    outcome.complete(end);
  }

  @Override
  public void failed(Throwable cause) {
    outcome.completeExceptionally(cause);
  }

  Outcome await() throws InterruptedException, ExecutionException, TimeoutException {
    return outcome.get(30, TimeUnit.SECONDS);
  }

  boolean hasEnded() {
    return outcome.isDone();
  }

  synchronized int[] tokens() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  synchronized String text() {
    return text.toString();
  }
}
