package puna.server.models;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import puna.Llama;
import puna.error.ModelMemoryException;

/// What is open of the served models, and which of it goes first. All under its lock.
final class ModelSlots {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT_FOR_ROOM = Duration.ofSeconds(30);

  final LongSupplier clock; // of keep-alives, in nanoseconds
  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  final Map<String, Offer> offers = new LinkedHashMap<>(); // by id
  final Set<ModelSlot> leaving = new HashSet<>(); // not served any more, but not done yet
  boolean isClosed;

  /// A model by one of its names; copies share what is open.
  record Offer(ServedModel model, ModelSlot slot) {
    /// A model that shares nothing.
    static Offer of(ServedModel model) {
      return new Offer(model, new ModelSlot(model));
    }
  }

  ModelSlots(LongSupplier clock) {
    this.clock = clock;
  }

  /// Why nothing is loaded any more.
  static IllegalStateException closed() {
    return new IllegalStateException("the models are being closed");
  }

  /// Under the lock: the slot of a model that a request wants.
  ///
  /// @throws NoSuchElementException when it is not served any more
  /// @throws IllegalStateException when nothing is
  ModelSlot require(ServedModel model) {
    if (isClosed) {
      throw closed();
    }
    return slot(model)
        .orElseThrow(() -> new NoSuchElementException(model.id() + " is not served any more"));
  }

  /// Under the lock: the slot of a model; empty when it is not served any more.
  Optional<ModelSlot> slot(ServedModel model) {
    return Optional.ofNullable(offers.get(model.id())).map(Offer::slot);
  }

  /// Under the lock: whether requests may still ask for it.
  boolean isServed(ModelSlot slot) {
    return offers.values().stream().anyMatch(offer -> offer.slot() == slot);
  }

  /// Under the lock: all that may take memory, each once whatever its names.
  Set<ModelSlot> all() {
    Set<ModelSlot> all = new LinkedHashSet<>();
    offers.values().forEach(offer -> all.add(offer.slot()));
    all.addAll(leaving);
    return all;
  }

  /// Those that are loaded, by each of their names, those first that stay longest.
  List<LoadedModel> loaded() {
    long now = clock.getAsLong();
    lock.lock();
    try {
      return offers.values().stream()
          .filter(offer -> offer.slot().llama != null)
          .sorted(Comparator.comparingLong((Offer offer) -> offer.slot().nanosLeft(now)).reversed())
          .map(offer -> offer.slot().told(offer.model(), now))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /// What one request says holds for all that are answered with it: it counts when the last is.
  void keepAlive(ModelSlot slot, Duration value) {
    lock.lock();
    try {
      slot.keepAlive = Optional.of(value);
    } finally {
      lock.unlock();
    }
  }

  /// Under the lock: models that are not served any more are of no interest once they are closed.
  void forgetTheUnused() {
    leaving.removeIf(slot -> slot.llama == null && slot.loading == null && slot.users == 0);
  }

  /// Closes models that have nothing to do until there is room, and waits a while for others.
  ///
  /// @param bytes that are needed
  /// @param most that all models may take together
  /// @throws ModelTooLargeException when there can never be room
  /// @throws ModelMemoryException when there is no room in time
  void makeRoom(long bytes, long most, String id) {
    if (bytes > most) {
      throw new ModelTooLargeException(id, bytes, most);
    }
    long end = System.nanoTime() + LONGEST_WAIT_FOR_ROOM.toNanos();
    while (true) {
      Llama idle = null;
      lock.lock();
      try {
        if (isClosed) {
          throw closed();
        }
        long taken = all().stream().mapToLong(slot -> slot.llama == null ? 0 : slot.bytes).sum();
        if (taken + bytes <= most) {
          return;
        }
        Optional<ModelSlot> oldest =
            all().stream()
                .filter(ModelSlot::isIdle)
                .min(Comparator.comparingLong(slot -> slot.lastUsed));
        if (oldest.isPresent()) {
          idle = take(oldest.get());
        } else if (!awaitChange(end)) {
          throw new ModelMemoryException(
              "there is no memory for %s: other models answer at this moment".formatted(id));
        }
      } finally {
        lock.unlock();
      }
      if (idle != null) {
        idle.close();
      }
    }
  }

  /// Under the lock: waits a moment, since a model may become idle in it.
  ///
  /// @return false when the time is over
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private boolean awaitChange(long end) {
    try {
      boolean _ = changed.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
      return System.nanoTime() < end;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Under the lock: the model is no longer open, and must be closed by the caller.
  static Llama take(ModelSlot slot) {
    Llama llama = requireNonNull(slot.llama);
    slot.llama = null;
    return llama;
  }

  /// Closes models that nobody has asked for in their time, until all are closed.
  void closeTheExpired() {
    while (true) {
      List<Llama> expired = new ArrayList<>();
      lock.lock();
      try {
        if (isClosed) {
          return;
        }
        long now = clock.getAsLong();
        for (ModelSlot slot : all()) {
          if (slot.isExpired(now)) {
            expired.add(take(slot));
          }
        }
        if (expired.isEmpty()) {
          boolean _ = changed.await(TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        lock.unlock();
      }
      expired.forEach(Llama::close);
    }
  }
}
