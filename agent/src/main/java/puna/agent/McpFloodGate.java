package puna.agent;

import java.time.Duration;

/// Counts what a server sends, so that one without end is noticed. A burst of log lines before an
/// answer is common; a hundred thousand in ten seconds is none.
final class McpFloodGate {
  static final int MOST = 100_000;
  static final Duration WINDOW = Duration.ofSeconds(10);

  private long begin = System.nanoTime();
  private int count;

  synchronized boolean admits() {
    long now = System.nanoTime();
    if (now - begin > WINDOW.toNanos()) {
      begin = now;
      count = 0;
    }
    return ++count <= MOST;
  }
}
