package puna;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// A subscriber that keeps what it is told, and reacts as a test wants.
final class RecordingSubscriber<E> implements Flow.Subscriber<E> {
  private final Consumer<Flow.Subscription> first;
  private final BiConsumer<Flow.Subscription, Integer> reaction;
  private final List<E> elements = new ArrayList<>(); // under the lock, as the next three
  private final List<Throwable> errors = new ArrayList<>();
  private int reactions; // to elements, that are over
  private int completions;
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private final AtomicReference<Throwable> uncaught = new AtomicReference<>();

  /// @param first on its subscription
  /// @param reaction on its subscription and the number of elements so far
  RecordingSubscriber(
      Consumer<Flow.Subscription> first, BiConsumer<Flow.Subscription, Integer> reaction) {
    this.first = first;
    this.reaction = reaction;
  }

  /// One that asks once, when it is subscribed.
  ///
  /// @param demand 0 for not at all
  static <E> RecordingSubscriber<E> asking(long demand) {
    return new RecordingSubscriber<>(
        subscription -> {
          if (demand != 0) {
            subscription.request(demand);
          }
        },
        (subscription, count) -> {});
  }

  static <E> RecordingSubscriber<E> of(Answer<E, ?> answer, long demand) {
    RecordingSubscriber<E> subscriber = asking(demand);
    answer.publisher().subscribe(subscriber);
    return subscriber;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    Thread current = Thread.currentThread();
    current.setUncaughtExceptionHandler((_, e) -> uncaught.set(e));
    thread.set(current);
    subscription.set(given);
    subscribed.countDown();
    first.accept(given);
  }

  @Override
  public void onNext(E element) {
    int count;
    synchronized (elements) {
      elements.add(element);
      count = elements.size();
      elements.notifyAll();
    }
    try {
      reaction.accept(subscription(), count);
    } finally {
      synchronized (elements) {
        reactions++;
        elements.notifyAll();
      }
    }
  }

  @Override
  public void onError(Throwable error) {
    synchronized (elements) {
      errors.add(error);
      elements.notifyAll();
    }
  }

  @Override
  public void onComplete() {
    synchronized (elements) {
      completions++;
      elements.notifyAll();
    }
  }

  Flow.Subscription subscription() {
    await(subscribed);
    return requireNonNull(subscription.get());
  }

  /// Returns when nothing more will come.
  void awaitThread() {
    await(subscribed);
    try {
      requireNonNull(thread.get()).join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Returns when so many elements have come and the thread that tells them waits for something, or
  /// has ended.
  void awaitElements(int count) {
    await(subscribed);
    synchronized (elements) {
      while (reactions < count) {
        try {
          elements.wait();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
    Thread teller = requireNonNull(thread.get());
    while (teller.isAlive() && teller.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  List<E> elements() {
    synchronized (elements) {
      return List.copyOf(elements);
    }
  }

  List<Throwable> errors() {
    synchronized (elements) {
      return List.copyOf(errors);
    }
  }

  int completions() {
    synchronized (elements) {
      return completions;
    }
  }

  /// What its thread died of; fails where it did not.
  Throwable uncaught() {
    return requireNonNull(uncaught.get(), "nothing was thrown");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
