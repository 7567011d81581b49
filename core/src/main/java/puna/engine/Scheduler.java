package puna.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Picks the next batch from waiting and running sequences. One thread.
///
/// - Sequences are served in order of arrival: the first that waits is admitted as soon as there is
///   a place, and blocks for all of its tokens. Of several that begin with one shared prompt, one
///   reads it first; the others wait for its blocks, and let those behind them pass.
/// - A request that somebody waits for takes the place of an answer that nobody reads.
/// - Each step takes the next token of every sequence that decodes, then shares the rest of the
///   batch evenly among the prompts that are being read; what a short one leaves goes to the
///   longer.
/// - When blocks run out, the sequence that arrived last is put back among the waiting and computed
///   again later, from what the pool still knows of it. The one that arrived first is never put
///   back, and the pool has room for any one sequence, so that work always goes on.
final class Scheduler {
  private static final Comparator<Sequence> SHORTEST_FIRST =
      Comparator.comparingInt(Sequence::pending);

  /// @param batchTokens the most tokens in one step
  /// @param batchOutputs the most logits in one step
  /// @param running the most sequences that share a step, at most either of the others
  record Limits(int batchTokens, int batchOutputs, int running) {}

  private final BlockPool pool;
  private final Limits limits;
  private final List<Sequence> waiting = new ArrayList<>(); // both in order of arrival
  private final List<Sequence> running = new ArrayList<>();
  private final List<Sequence> reading = new ArrayList<>();
  private final Step step = new Step();
  private int tokensLeft; // of the step that is planned
  private int outputsLeft;
  private long arrivals;

  Scheduler(BlockPool pool, Limits limits) {
    this.pool = pool;
    this.limits = limits;
  }

  void add(Sequence sequence) {
    sequence.arrive(arrivals++);
    waiting.add(sequence);
  }

  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /// The one step that is planned, computed and planned again.
  Step step() {
    return step;
  }

  /// The next step; empty when nothing waits to be computed. Valid until the next call.
  Step next() {
    giveAPlaceUp();
    admit();
    step.clear();
    plan();
    step.sortByArrival();
    for (int i = 0; i < step.size(); ) {
      if (hold(step.part(i))) {
        i++;
      } else {
        step.drop(i);
      }
    }
    step.fillBatch();
    for (int i = 0; i < step.size(); i++) {
      step.part(i).sequence().start();
    }
    return step;
  }

  /// The step's keys and values are in the blocks. Those of proposals count once the tokens have
  /// come.
  void completed(Step computed) {
    for (int i = 0; i < computed.size(); i++) {
      Step.Part part = computed.part(i);
      Sequence sequence = part.sequence();
      sequence.advance(pool, Math.min(part.count(), sequence.pending()));
    }
  }

  /// The tokens that a part brought are known: those that were proposed are computed already.
  void told(Step.Part part) {
    Sequence sequence = part.sequence();
    int come = Math.min(part.firstPosition() + part.count(), sequence.size() - 1);
    if (come > sequence.computed()) {
      sequence.advance(pool, come - sequence.computed());
    }
  }

  /// Forgets a sequence and gives its blocks back.
  void remove(Sequence sequence) {
    sequence.left();
    sequence.release(pool);
    if (!running.remove(sequence)) {
      waiting.remove(sequence);
    }
  }

  /// Forgets all sequences that `condition` is true for, and hands them on.
  void removeIf(Predicate<Sequence> condition, Consumer<Sequence> removed) {
    removeFrom(running, condition, removed);
    removeFrom(waiting, condition, removed);
  }

  private void removeFrom(
      List<Sequence> list, Predicate<Sequence> condition, Consumer<Sequence> removed) {
    for (int i = 0; i < list.size(); ) {
      Sequence sequence = list.get(i);
      if (condition.test(sequence)) {
        remove(sequence);
        removed.accept(sequence);
      } else {
        i++;
      }
    }
  }

  /// Where all places are taken, one that nobody has read for a while is given to the first that
  /// somebody waits for: answers that were forgotten must not hold up those that were not. It goes
  /// on when there is room again.
  private void giveAPlaceUp() {
    if (running.size() < limits.running() || !isAwaited()) {
      return;
    }
    for (int i = running.size() - 1; i >= 0; i--) {
      Sequence idle = running.get(i);
      if (!idle.task().isRead()) {
        running.remove(i);
        idle.left();
        idle.release(pool);
        add(idle);
        return;
      }
    }
  }

  private boolean isAwaited() {
    for (int i = 0; i < waiting.size(); i++) {
      Sequence sequence = waiting.get(i);
      if (sequence.isAdmissible() && sequence.task().isRead()) {
        return true;
      }
    }
    return false;
  }

  private void admit() {
    for (int at = 0; at < waiting.size() && running.size() < limits.running(); ) {
      Sequence first = waiting.get(at);
      if (!first.isAdmissible()) {
        at++;
        continue;
      }
      first.share(pool);
      if (!first.reserve(pool, first.size())) {
        first.release(pool);
        return;
      }
      first.admitted();
      waiting.remove(at);
      insert(running, first);
    }
  }

  /// Who would like to compute how many tokens.
  private void plan() {
    tokensLeft = limits.batchTokens();
    outputsLeft = limits.batchOutputs();
    reading.clear();
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.pending() == 1) {
        take(sequence, 1);
      } else {
        reading.add(sequence);
      }
    }
    reading.sort(SHORTEST_FIRST);
    for (int i = 0; i < reading.size(); i++) {
      Sequence sequence = reading.get(i);
      take(sequence, Math.min(sequence.pending(), tokensLeft / (reading.size() - i)));
    }
  }

  /// Adds up to `wanted` tokens of a sequence to the step, as far as there is room.
  private void take(Sequence sequence, int wanted) {
    int first = sequence.computed();
    int firstOutput = Math.max(first, sequence.task().firstOutput(sequence));
    int count = Math.min(wanted, Math.min(tokensLeft, firstOutput - first + outputsLeft));
    if (count > 0) {
      int read = Math.max(0, first + count - firstOutput);
      tokensLeft -= count;
      outputsLeft -= read;
      step.add(sequence, count, read);
    }
  }

  /// Holds the blocks that a part needs, putting younger sequences back where they run out; false
  /// when that was its own.
  private boolean hold(Step.Part part) {
    Sequence sequence = part.sequence();
    while (running.contains(sequence)) {
      if (sequence.reserve(pool, sequence.computed() + part.count())) {
        return true;
      }
      putBack(running.getLast());
    }
    return false;
  }

  private void putBack(Sequence sequence) {
    running.remove(sequence);
    sequence.release(pool);
    insert(waiting, sequence);
  }

  private static void insert(List<Sequence> list, Sequence sequence) {
    int at = list.size();
    while (at > 0 && list.get(at - 1).arrival() > sequence.arrival()) {
      at--;
    }
    list.add(at, sequence);
  }
}
