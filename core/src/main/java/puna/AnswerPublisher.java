package puna;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An answer for subscribers, by the rules of `java.util.concurrent.Flow`.
final class AnswerPublisher<E> implements Flow.Publisher<E> {
  private final Answer<E, ?> answer;

  AnswerPublisher(Answer<E, ?> answer) {
    this.answer = answer;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super E> subscriber) {
    Reader<E> reader = new Reader<>(answer, requireNonNull(subscriber, "subscriber"));
    Thread.ofVirtual().name("puna-subscriber").start(reader);
  }

  /// One subscription. Signals come from its own thread alone, so never two at a time.
  private static final class Reader<E> implements Flow.Subscription, Runnable {
    private final Answer<E, ?> answer;
    private final Flow.Subscriber<? super E> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long demand; // under the lock
    private boolean cancelled; // under the lock
    private @Nullable IllegalArgumentException fault; // under the lock

    Reader(Answer<E, ?> answer, Flow.Subscriber<? super E> subscriber) {
      this.answer = answer;
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      lock.lock();
      try {
        if (count > 0) {
          demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        } else if (fault == null) {
          fault =
              new IllegalArgumentException("a subscriber must request 1 or more, found " + count);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (count <= 0) {
        answer.cancel(); // which ends the wait for its next element too
      }
    }

    @Override
    public void cancel() {
      lock.lock();
      try {
        cancelled = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      answer.cancel();
    }

    @Override
    public void run() {
      signal(() -> subscriber.onSubscribe(this));
      try {
        hand(answer.iterator());
      } catch (SubscriberFault e) {
        throw e;
      } catch (RuntimeException | Error e) {
        IllegalArgumentException found = fault();
        signal(() -> subscriber.onError(found == null ? e : found));
      }
    }

    private void hand(Iterator<E> iterator) {
      while (iterator.hasNext() && awaitDemand()) {
        E next = iterator.next();
        signal(() -> subscriber.onNext(next));
      }
      IllegalArgumentException found = fault();
      if (found == null) {
        signal(subscriber::onComplete);
      } else {
        signal(() -> subscriber.onError(found));
      }
    }

    /// False when no further element may be handed over.
    private boolean awaitDemand() {
      lock.lock();
      try {
        while (demand == 0 && !cancelled && fault == null) {
          changed.awaitUninterruptibly();
        }
        if (fault == null && !cancelled) {
          demand--;
          return true;
        }
        return false;
      } finally {
        lock.unlock();
      }
    }

    private @Nullable IllegalArgumentException fault() {
      lock.lock();
      try {
        return fault;
      } finally {
        lock.unlock();
      }
    }

    private void signal(Runnable call) {
      if (isCancelled()) {
        return;
      }
      try {
        call.run();
      } catch (RuntimeException | Error e) {
        answer.cancel();
        throw new SubscriberFault(e);
      }
    }

    private boolean isCancelled() {
      lock.lock();
      try {
        return cancelled;
      } finally {
        lock.unlock();
      }
    }
  }

  /// A subscriber threw, which the rules forbid: it gets no further signal, and the thread's
  /// handler hears of it.
  private static final class SubscriberFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SubscriberFault(Throwable cause) {
      super("a subscriber of an answer threw", cause);
    }
  }
}
