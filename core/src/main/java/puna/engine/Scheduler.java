package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Picks the next batch from waiting and running sequences. One thread.
///
/// - The first that waits ([Waiting]) is admitted as soon as there is a place, and blocks for all
///   that it may come to beside all that those that run may come to: so blocks do not run out under
///   them. It is not overtaken by one that needs less. Of several that begin with one shared
///   prompt, one reads it first; the others wait for its blocks, and let those behind them pass.
/// - A request of a higher rank takes the place of one of a lower, and one that somebody waits for
///   takes the place of an answer that nobody reads.
/// - What a step computes is planned by [StepPlanner].
/// - Should blocks run out all the same, the sequence that arrived last among those of the lowest
///   rank is put back among the waiting and computed again later, from what the pool still knows of
///   it. The first of the highest rank is never put back, and the pool has room for any one
///   sequence, so that work always goes on.
final class Scheduler {
  /// @param batchTokens the most tokens in one step
  /// @param batchOutputs the most logits in one step
  /// @param running the most sequences that share a step, at most either of the others
  record Limits(int batchTokens, int batchOutputs, int running) {}

  private static final long FOR_EVER = Long.MAX_VALUE;

  private final BlockPool pool;
  private final Limits limits;
  private final StepPlanner planner;
  private final Speculator speculator;
  private final LongSupplier clock;
  private final CallerShares shares = new CallerShares();
  private final Waiting waiting = new Waiting();
  private final List<Sequence> running = new ArrayList<>(); // in order of arrival
  private final Gauge gauge = new Gauge();
  private final Step step = new Step();
  private long arrivals;

  Scheduler(BlockPool pool, Limits limits) {
    this(
        pool,
        limits,
        new StepBudget(FOR_EVER, limits.batchTokens()),
        new Speculator(null),
        () -> 0);
  }

  /// @param budget of the prompts in a step
  /// @param speculator of the guesses in a step
  /// @param clock by which sequences wait, in nanoseconds
  Scheduler(
      BlockPool pool, Limits limits, StepBudget budget, Speculator speculator, LongSupplier clock) {
    this.pool = pool;
    this.limits = limits;
    this.planner = new StepPlanner(limits, budget);
    this.speculator = speculator;
    this.clock = clock;
  }

  void add(Sequence sequence) {
    sequence.arrive(arrivals++, shares.arrive(sequence.terms().caller()));
    waiting.add(sequence);
  }

  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /// What there is to do, for other threads too.
  Gauge gauge() {
    return gauge;
  }

  /// The one step that is planned, computed and planned again.
  Step step() {
    return step;
  }

  /// Gives places to those that wait.
  private void admit() {
    giveAPlaceUp();
    while (running.size() < limits.running()) {
      Sequence next = waiting.next(clock.getAsLong());
      if (next == null) {
        return;
      }
      next.share(pool);
      if (!fits(next) || !next.reserve(pool, next.size())) {
        next.release(pool);
        if (!makesRoomFor(next)) {
          return;
        }
        continue;
      }
      next.admitted();
      waiting.remove(next);
      insertRunning(next);
    }
  }

  /// Whether there are blocks for all that it may come to, beside those that are promised to those
  /// that run. Alone it always fits.
  private boolean fits(Sequence next) {
    return running.isEmpty()
        || promisedBlocks(next) <= spareBlocks()
            && next.nearToCome(pool, limits.batchTokens()) <= spareNear();
  }

  /// Near parts that nobody holds, without those that are promised to sequences that run.
  long spareNear() {
    long promised = 0;
    for (int i = 0; i < running.size(); i++) {
      promised += running.get(i).nearToCome(pool, limits.batchTokens());
    }
    return pool.near().available() - promised;
  }

  /// Blocks that nobody holds, without those that are promised to sequences that run.
  long spareBlocks() {
    long promised = 0;
    for (int i = 0; i < running.size(); i++) {
      promised += promisedBlocks(running.get(i));
    }
    return pool.available() - promised;
  }

  /// Puts one of a lower rank back, if there is one.
  private boolean makesRoomFor(Sequence next) {
    if (running.isEmpty()) {
      return false; // its blocks are on their way out, and come back
    }
    Sequence last = lastOfLowestRank();
    if (last.rank() >= next.rank()) {
      return false;
    }
    putBack(last);
    return true;
  }

  private long promisedBlocks(Sequence sequence) {
    return Math.max(0, pool.blocksFor(sequence.most()) - sequence.blocks().length);
  }

  /// The next step; empty when nothing waits to be computed. Valid until the next call.
  Step next() {
    admit();
    speculator.propose(running);
    return plan();
  }

  private Step plan() {
    step.clear();
    planner.plan(running, step);
    step.sortByPrecedence();
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
      boolean generates = sequence.pending() == 1;
      int count = Math.min(part.count(), sequence.pending());
      sequence.advance(pool, count);
      if (generates) {
        sequence.share().generated(1);
      } else {
        sequence.share().read(count);
      }
    }
  }

  /// The tokens that a part brought are known: those that were proposed are computed already.
  void told(Step.Part part) {
    Sequence sequence = part.sequence();
    Speculator.came(part);
    int come = Math.min(part.firstPosition() + part.count(), sequence.size() - 1);
    int more = come - sequence.computed();
    if (more > 0) {
      sequence.advance(pool, more);
      sequence.share().generated(more);
    }
  }

  /// Writes down what there is to do.
  void measure() {
    gauge.waiting(waiting.size(), waiting.tokens());
    long tokens = 0;
    for (int i = 0; i < running.size(); i++) {
      tokens += running.get(i).most();
    }
    gauge.running(running.size(), tokens);
    gauge.blocks(pool.blocks() - pool.available(), pool.reusable());
    gauge.overflowed(pool.overflowed());
  }

  /// Forgets a sequence and gives its blocks back.
  void remove(Sequence sequence) {
    sequence.goes();
    sequence.left();
    sequence.release(pool);
    if (!running.remove(sequence)) {
      waiting.remove(sequence);
    }
    shares.leave(sequence.share());
  }

  /// Forgets all sequences that `condition` is true for, and hands them on.
  void removeIf(Predicate<Sequence> condition, Consumer<Sequence> removed) {
    removeFrom(running, condition, removed);
    removeFrom(waiting.all(), condition, removed);
  }

  /// The same of those that wait for their first place.
  void removeWaitingIf(Predicate<Sequence> condition, Consumer<Sequence> removed) {
    removeFrom(waiting.all(), condition, removed);
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

  /// Where all places are taken, one that is of a lower rank than the first that waits is given to
  /// that one; or one that nobody has read for a while, where somebody waits: answers that were
  /// forgotten must not hold up those that were not. What was put back goes on when there is room
  /// again.
  private void giveAPlaceUp() {
    Sequence next = running.size() < limits.running() ? null : waiting.next(clock.getAsLong());
    if (next == null) {
      return;
    }
    if (makesRoomFor(next) || !isAwaited()) {
      return;
    }
    for (int i = running.size() - 1; i >= 0; i--) {
      Sequence idle = running.get(i);
      if (!idle.task().isRead()) {
        idle.arrive(arrivals++, idle.share());
        putBack(idle);
        return;
      }
    }
  }

  private boolean isAwaited() {
    List<Sequence> all = waiting.all();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isAdmissible() && all.get(i).task().isRead()) {
        return true;
      }
    }
    return false;
  }

  /// Holds the blocks that a part needs, putting other sequences back where they run out; false
  /// when that was its own.
  private boolean hold(Step.Part part) {
    Sequence sequence = part.sequence();
    while (running.contains(sequence)) {
      if (sequence.reserveWithNear(pool, sequence.computed() + part.count())) {
        return true;
      }
      putBack(lastOfLowestRank());
    }
    return false;
  }

  private Sequence lastOfLowestRank() {
    Sequence last = running.getLast();
    for (int i = running.size() - 2; i >= 0; i--) {
      last = running.get(i).rank() < last.rank() ? running.get(i) : last;
    }
    return last;
  }

  private void putBack(Sequence sequence) {
    running.remove(sequence);
    sequence.left();
    sequence.release(pool);
    waiting.add(sequence);
    gauge.putBack();
  }

  private void insertRunning(Sequence sequence) {
    int at = running.size();
    while (at > 0 && running.get(at - 1).arrival() > sequence.arrival()) {
      at--;
    }
    running.add(at, sequence);
  }
}
