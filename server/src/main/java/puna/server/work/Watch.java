package puna.server.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.server.wire.AbandonedException;
import puna.server.wire.Call;

/// Looks after a client while its answers are generated: whether it is still there, and whether it
/// should hear that the server is. So the thread that passes tokens on waits for nothing but them.
final class Watch implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(250);

  private final Call call;
  private final Answering.Sink<?> sink;
  private final List<? extends Answer<?, ?>> answers;
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread thread;
  private volatile @Nullable RuntimeException ended; // why nobody waits any more
  private boolean closed; // guarded by the lock

  Watch(Call call, Answering.Sink<?> sink, List<? extends Answer<?, ?>> answers) {
    this.call = call;
    this.sink = sink;
    this.answers = answers;
    this.thread = Thread.ofVirtual().name("puna-watch").start(this::look);
  }

  /// Writes to the client, which nobody else does meanwhile.
  void write(Runnable piece) {
    writing.lock();
    try {
      piece.run();
    } finally {
      writing.unlock();
    }
  }

  /// @throws AbandonedException when the client has gone
  void requirePresent() {
    RuntimeException failure = ended;
    if (failure != null) {
      throw failure;
    }
  }

  private void look() {
    try {
      do {
        Thread.sleep(TICK);
      } while (isWanted());
    } catch (InterruptedException e) {
      // all answers have ended
    }
  }

  /// Whether to look again. A client that is being written to is told of as much as it needs.
  private boolean isWanted() {
    if (!writing.tryLock()) {
      return true;
    }
    try {
      if (!closed) {
        call.requirePresent();
        sink.idle();
      }
      return !closed;
    } catch (RuntimeException e) { // an AbandonedException, or a fault that the caller should see
      ended = e;
      answers.forEach(Answer::cancel); // so that whoever waits for them finds out
      return false;
    } finally {
      writing.unlock();
    }
  }

  /// Ends it: nothing is written or looked at any more.
  @Override
  public void close() {
    write(() -> closed = true);
    thread.interrupt();
  }
}
