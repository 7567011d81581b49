package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.Failure;

/// llama-server's slots: places in which requests are answered. The engine has none, since it
/// batches whatever there is; here each call that is answered, in whichever dialect, stands in one
/// for clients that look. Thread-safe.
public final class Slots implements CallListener {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Slot> slots = new ArrayList<>(); // this and what it holds under the lock
  private final IdentityHashMap<Call, Slot> places = new IdentityHashMap<>();
  private long tasks;

  private static final class Slot {
    private final int id;
    private final List<Call> calls = new ArrayList<>();
    private long task = -1;
    private @Nullable Kept kept;

    Slot(int id) {
      this.id = id;
    }

    boolean isProcessing() {
      return calls.stream().anyMatch(call -> call.record().isAnswering());
    }
  }

  /// What was answered last in a slot.
  ///
  /// @param model that answered
  /// @param tokens of prompt and answer
  /// @param settings of the answer
  record Kept(String model, int[] tokens, JsonObject settings) {}

  /// A slot at one moment.
  ///
  /// @param task number of the request that it works for, or did last; −1 for none
  /// @param kept empty where nothing is
  record State(int id, long task, boolean isProcessing, Optional<Kept> kept) {}

  /// @param count how many there are
  public Slots(int count) {
    for (int i = 0; i < count; i++) {
      slots.add(new Slot(i));
    }
  }

  /// How many there are.
  int count() {
    return slots.size();
  }

  @Override
  public void began(Call call) {
    if (call.request().method().equals("POST")) {
      lock.lock();
      try {
        Slot best = slots.getFirst();
        for (Slot slot : slots) {
          best = slot.calls.size() < best.calls.size() ? slot : best;
        }
        enter(best, call);
      } finally {
        lock.unlock();
      }
    }
  }

  /// Under the lock.
  private void enter(Slot slot, Call call) {
    slot.calls.add(call);
    slot.task = tasks++;
    places.put(call, slot);
  }

  @Override
  public void ended(Call call, long nanos) {
    lock.lock();
    try {
      leave(call);
    } finally {
      lock.unlock();
    }
  }

  /// Under the lock.
  private void leave(Call call) {
    Slot slot = places.remove(call);
    if (slot != null) {
      slot.calls.remove(call);
    }
  }

  /// The slot in which a call is answered.
  ///
  /// @param wanted that the call asks for; −1 for any
  /// @throws Failure when there is no such one
  int place(Call call, int wanted) {
    lock.lock();
    try {
      if (wanted >= 0) {
        Slot slot = slot(wanted, "id_slot");
        leave(call);
        enter(slot, call);
      }
      Slot slot = places.get(call);
      return slot == null ? 0 : slot.id;
    } finally {
      lock.unlock();
    }
  }

  private Slot slot(int id, String path) {
    if (id < 0 || id >= slots.size()) {
      throw Failure.invalid(
          path, "%s: must be from 0 to %s, found %s".formatted(path, slots.size() - 1, id));
    }
    return slots.get(id);
  }

  /// All of them.
  List<State> states() {
    lock.lock();
    try {
      return slots.stream()
          .map(slot ->
              new State(slot.id, slot.task, slot.isProcessing(), Optional.ofNullable(slot.kept)))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /// Calls that are being answered, each in a slot of its own.
  public long processing() {
    return states().stream().filter(State::isProcessing).count();
  }

  /// Calls that are being answered, and share a slot with another.
  public long deferred() {
    lock.lock();
    try {
      long all = places.keySet().stream().filter(call -> call.record().isAnswering()).count();
      return all - slots.stream().filter(Slot::isProcessing).count();
    } finally {
      lock.unlock();
    }
  }

  /// What is kept in a slot.
  ///
  /// @throws Failure when there is no such one
  Optional<Kept> kept(int id) {
    lock.lock();
    try {
      return Optional.ofNullable(slot(id, "id_slot").kept);
    } finally {
      lock.unlock();
    }
  }

  /// Says what a slot holds from now on.
  ///
  /// @param kept empty for nothing
  /// @throws Failure when there is no such one
  void keep(int id, Optional<Kept> kept) {
    lock.lock();
    try {
      slot(id, "id_slot").kept = kept.orElse(null);
    } finally {
      lock.unlock();
    }
  }
}
