package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A listener that keeps what it hears.
class Collector implements AnswerListener {
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  @Override
  public synchronized void token(AnswerToken token) {
    tokens.add(token.id());
    text.append(token.text());
  }

  @Override
  public synchronized void ended(String rest, Outcome end) {
    text.append(rest);
    outcome.complete(end);
  }

  @Override
  public void failed(Throwable cause) {
    outcome.completeExceptionally(cause);
  }

  Outcome await() throws InterruptedException, ExecutionException, TimeoutException {
    return outcome.get(5, TimeUnit.MINUTES);
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
