package puna.server.work;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.server.wire.AbandonedException;
import puna.server.wire.Call;

/// Looks after a client while its answers are generated: whether it is still there, and whether it
/// should hear that the server is. So the thread that passes tokens on waits for nothing but them.
final class Watch implements AutoCloseable {
  private final Call call;
  private final Answering.Sink<?> sink;
  private final List<? extends Answer<?, ?>> answers;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile @Nullable RuntimeException ended; // why nobody waits any more
  private long lastWrite = System.nanoTime(); // guarded by the lock
  private boolean closed; // guarded by the lock

  Watch(Call call, Answering.Sink<?> sink, List<? extends Answer<?, ?>> answers) {
    this.call = call;
    this.sink = sink;
    this.answers = answers;
    WatchRounds.SHARED.add(this);
  }

  /// Writes to the client, which nobody else does meanwhile.
  void write(Runnable piece) {
    writing.lock();
    try {
      piece.run();
      lastWrite = System.nanoTime();
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

  /// Looks once, and waits for nothing. A client that is being written to is told of as much as it
  /// needs.
  void look() {
    if (!writing.tryLock()) {
      return;
    }
    boolean isSilent;
    try {
      if (closed) {
        return;
      }
      isSilent = System.nanoTime() - lastWrite >= sink.patience().toNanos();
      call.requirePresent();
    } catch (RuntimeException e) { // an AbandonedException, or a fault that the caller should see
      end(e);
      return;
    } finally {
      writing.unlock();
    }
    if (isSilent) { // what is written now may have to wait for the client
      Thread _ = Thread.ofVirtual().name("puna-idle").start(this::breakSilence);
    }
  }

  private void breakSilence() {
    writing.lock();
    try {
      if (!closed) {
        sink.idle();
      }
    } catch (RuntimeException e) {
      end(e);
    } finally {
      writing.unlock();
    }
  }

  private void end(RuntimeException why) {
    ended = why;
    WatchRounds.SHARED.remove(this);
    answers.forEach(Answer::cancel); // so that whoever waits for them finds out
  }

  /// Ends it: nothing is written or looked at any more.
  @Override
  public void close() {
    WatchRounds.SHARED.remove(this);
    write(() -> closed = true);
  }
}
