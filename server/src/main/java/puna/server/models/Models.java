package puna.server.models;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import puna.Llama;
import puna.error.ModelInterruptedException;
import puna.server.models.ModelSlots.Offer;

/// The models that a server offers. One is loaded when it is asked for, by one thread however many
/// ask; where memory is short those that were used longest ago and have nothing to do are closed
/// for it. Thread-safe.
public final class Models implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(200);

  final Settings settings;
  final ModelSlots shelf;
  private final Map<String, Offer> offers; // by id, under the lock
  private final ReentrantLock lock;
  final ReentrantLock loads = new ReentrantLock(); // one at a time: each must find room

  /// How models are kept.
  ///
  /// @param memoryBytes that open models may take together, by their memory plans; empty for as
  ///   much as the system has
  /// @param keepAlive how long a model stays loaded after its last request
  public record Settings(OptionalLong memoryBytes, Duration keepAlive) {
    /// A keep-alive that never ends.
    public static final Duration FOREVER = Duration.ofDays(365 * 200);

    /// No bound on memory but the system's; models stay until memory is short.
    public static Settings defaults() {
      return new Settings(OptionalLong.empty(), FOREVER);
    }
  }

  /// @param models in the order in which they are listed; their ids must differ
  public Models(List<ServedModel> models, Settings settings) {
    this(models, settings, System::nanoTime);
  }

  /// @param clock of keep-alives, in nanoseconds
  Models(List<ServedModel> models, Settings settings, LongSupplier clock) {
    this.settings = requireNonNull(settings, "settings");
    shelf = new ModelSlots(clock);
    offers = shelf.offers;
    lock = shelf.lock;
    Set<String> seen = new HashSet<>();
    for (ServedModel model : models) {
      if (!seen.add(model.id())) {
        throw new IllegalArgumentException(
            "two models are served by the name %s: names must differ".formatted(model.id()));
      }
      offers.put(model.id(), Offer.of(model));
    }
    Thread _ = Thread.ofVirtual().name("puna-models").start(shelf::closeTheExpired);
  }

  /// What is done while a request waits for its model.
  public interface Tick {
    /// Called a few times a second; what it throws ends the waiting, not the loading.
    void tick();
  }

  /// All models, loaded or not.
  public List<ServedModel> list() {
    lock.lock();
    try {
      return offers.values().stream().map(Offer::model).toList();
    } finally {
      lock.unlock();
    }
  }

  /// The model that a client means by that name: by id, by alias, or as Ollama compares names.
  public Optional<ServedModel> find(String name) {
    return ModelNames.find(list(), name);
  }

  /// Offers one more model.
  ///
  /// @return false when there is a model of that id already
  public boolean add(ServedModel model) {
    lock.lock();
    try {
      return offers.putIfAbsent(model.id(), Offer.of(model)) == null;
    } finally {
      lock.unlock();
    }
  }

  /// Offers a model by one more name. Both mean the same open model: it is loaded once, and closed
  /// for both; what is left when one of them is removed is the other.
  ///
  /// @return false when there is a model of that id already
  public boolean copy(ServedModel model, String id) {
    ServedModel copy = new ServedModel(id, model.source(), model.options(), List.of());
    lock.lock();
    try {
      ModelSlot slot = shelf.slot(model).orElseGet(() -> new ModelSlot(copy)); // just removed
      return offers.putIfAbsent(id, new Offer(copy, slot)) == null;
    } finally {
      lock.unlock();
    }
  }

  /// Offers a model no longer by that name. Where it has no other, requests that it works for end
  /// first.
  ///
  /// @return false when there was none of that id
  public boolean remove(String id) {
    Llama idle = null;
    lock.lock();
    try {
      Offer offer = offers.remove(id);
      if (offer == null) {
        return false;
      }
      ModelSlot slot = offer.slot();
      if (shelf.isServed(slot)) {
        return true;
      }
      if (slot.isIdle()) {
        idle = ModelSlots.take(slot);
      }
      shelf.leaving.add(slot);
      shelf.forgetTheUnused();
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.close();
    }
    return true;
  }

  /// Those that are loaded, by each of their names, those first that stay longest.
  public List<LoadedModel> loaded() {
    return shelf.loaded();
  }

  /// How far the model is that is being loaded, from 0 to 1; 0 where none is.
  public double progress() {
    lock.lock();
    try {
      return shelf.all().stream().mapToDouble(slot -> slot.progress).max().orElse(0);
    } finally {
      lock.unlock();
    }
  }

  /// Whether that model is loaded.
  public boolean isLoaded(ServedModel model) {
    lock.lock();
    try {
      return shelf.slot(model).filter(slot -> slot.llama != null).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /// Whether that model is being loaded.
  public boolean isLoading(ServedModel model) {
    lock.lock();
    try {
      return shelf.slot(model).filter(slot -> slot.loading != null).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /// An open model, for one request. Waits until it is loaded.
  ///
  /// @param tick called while it waits
  /// @throws puna.error.ModelException when it cannot be loaded; whoever waited for the same
  ///   loading gets the same
  /// @throws NoSuchElementException when it is not served any more
  /// @throws IllegalStateException when the server is being closed
  public ModelLease lease(ServedModel model, Tick tick) {
    long start = System.nanoTime();
    ModelSlot slot;
    Llama llama;
    CompletableFuture<Llama> loading;
    lock.lock();
    try {
      slot = shelf.require(model);
      if (slot.llama == null && slot.loading == null) {
        slot.loading = load(slot);
      }
      slot.users++; // from now on, so that it is not closed between its loading and its use
      llama = slot.llama;
      loading = slot.loading;
    } finally {
      lock.unlock();
    }
    if (llama == null) {
      llama = await(requireNonNull(loading), slot, tick);
    }
    return new ModelLease(this, new Offer(model, slot), llama, System.nanoTime() - start);
  }

  private Llama await(CompletableFuture<Llama> loading, ModelSlot slot, Tick tick) {
    try {
      return await(loading, tick);
    } catch (RuntimeException | Error e) {
      leave(slot);
      throw e;
    }
  }

  private static Llama await(CompletableFuture<Llama> loading, Tick tick) {
    tick.tick(); // whoever has gone already does not wait
    while (true) {
      try {
        return loading.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        tick.tick();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelInterruptedException("interrupted while a model was being loaded", e);
      }
    }
  }

  private CompletableFuture<Llama> load(ModelSlot slot) {
    CompletableFuture<Llama> loading = new CompletableFuture<>();
    Thread _ = Thread.ofPlatform().daemon().name("puna-load").start(() -> load(slot, loading));
    return loading;
  }

  private void load(ModelSlot slot, CompletableFuture<Llama> loading) {
    loads.lock(); // until it is settled, so that the next one counts its memory
    try {
      Llama llama = open(slot);
      if (settle(slot, llama)) {
        loading.complete(llama);
      } else {
        loading.completeExceptionally(ModelSlots.closed());
        llama.close();
      }
    } catch (RuntimeException | Error e) {
      boolean _ = settle(slot, null);
      loading.completeExceptionally(e);
    } finally {
      loads.unlock();
    }
  }

  private Llama open(ModelSlot slot) {
    ServedModel model = slot.model();
    long bytes = Llama.plan(model.source(), model.options()).totalBytes();
    if (settings.memoryBytes().isPresent()) {
      shelf.makeRoom(bytes, settings.memoryBytes().getAsLong(), model.id());
    }
    Llama llama = Llama.open(model.source(), model.options(), fraction -> slot.progress = fraction);
    lock.lock();
    try {
      slot.bytes = bytes;
    } finally {
      lock.unlock();
    }
    return llama;
  }

  /// Offers a loaded model to those who wait, or lets the next request try again.
  ///
  /// @return false when nobody can use it any more
  private boolean settle(ModelSlot slot, @Nullable Llama llama) {
    lock.lock();
    try {
      boolean isWanted = !shelf.isClosed && (shelf.isServed(slot) || slot.users > 0);
      slot.loading = null;
      slot.progress = 0;
      if (isWanted && llama != null) {
        slot.llama = llama;
        slot.lastUsed = shelf.clock.getAsLong();
        slot.expires = after(slot.lastUsed, settings.keepAlive());
      }
      shelf.forgetTheUnused();
      shelf.changed.signalAll();
      return isWanted;
    } finally {
      lock.unlock();
    }
  }

  void giveBack(ModelSlot slot) {
    lock.lock();
    try {
      slot.lastUsed = shelf.clock.getAsLong();
      slot.expires = after(slot.lastUsed, slot.keepAlive.orElse(settings.keepAlive()));
    } finally {
      lock.unlock();
    }
    leave(slot);
  }

  /// A request needs the model no longer.
  private void leave(ModelSlot slot) {
    Llama idle = null;
    lock.lock();
    try {
      slot.users--;
      slot.keepAlive = slot.users == 0 ? Optional.empty() : slot.keepAlive;
      long now = shelf.clock.getAsLong();
      slot.expires = shelf.isServed(slot) ? slot.expires : now;
      if (slot.isExpired(now)) {
        idle = ModelSlots.take(slot);
      }
      shelf.forgetTheUnused();
      shelf.changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.close();
    }
  }

  /// Closes a model now, unless it answers.
  ///
  /// @return false when it answers
  public boolean unload(ServedModel model) {
    Llama idle = null;
    lock.lock();
    try {
      Optional<ModelSlot> slot = shelf.slot(model);
      if (slot.filter(open -> open.users > 0).isPresent()) {
        return false;
      }
      if (slot.filter(ModelSlot::isIdle).isPresent()) {
        idle = ModelSlots.take(slot.get());
        shelf.changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (idle != null) {
      idle.close();
    }
    return true;
  }

  private static long after(long now, Duration time) {
    return time.compareTo(Settings.FOREVER) >= 0 ? Long.MAX_VALUE : now + time.toNanos();
  }

  /// Closes all models: running answers are cancelled, and whoever waits for a model is told at
  /// once. A request after it is refused.
  @Override
  public void close() {
    List<Llama> open = new ArrayList<>();
    List<CompletableFuture<Llama>> loading = new ArrayList<>();
    lock.lock();
    try {
      shelf.isClosed = true;
      for (ModelSlot slot : shelf.all()) {
        if (slot.llama != null) {
          open.add(ModelSlots.take(slot));
        }
        if (slot.loading != null) {
          loading.add(slot.loading);
        }
      }
      shelf.changed.signalAll();
    } finally {
      lock.unlock();
    }
    loading.forEach(waited -> waited.completeExceptionally(ModelSlots.closed()));
    open.forEach(Llama::close);
  }
}
