package puna.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Picks the next batch from waiting and running sequences. One thread.
///
/// - Sequences are served in order of arrival: the first that waits is admitted as soon as there is
///   a place, and blocks for all of its tokens. Of several that begin with one shared prompt, one
///   reads it first; the others wait for its blocks, and let those behind them pass.
/// - Each step takes the next token of every sequence that decodes, then shares the rest of the
///   batch evenly among the prompts that are being read; what a short one leaves goes to the
///   longer.
/// - When blocks run out, the sequence that arrived last is put back among the waiting and computed
///   again later, from what the pool still knows of it. The one that arrived first is never put
///   back, and the pool has room for any one sequence, so that work always goes on.
final class Scheduler {

  /// @param batchTokens the most tokens in one step
  /// @param batchOutputs the most logits in one step
  /// @param running the most sequences that share a step, at most either of the others
  record Limits(int batchTokens, int batchOutputs, int running) {}

  private final BlockPool pool;
  private final Limits limits;
  private final List<Sequence> waiting = new ArrayList<>(); // both in order of arrival
  private final List<Sequence> running = new ArrayList<>();
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

  /// The next step; empty when nothing waits to be computed.
  Optional<Step> next() {
    admit();
    List<Step.Part> parts = reserve(plan());
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    parts.forEach(part -> part.sequence().start());
    return Optional.of(Step.of(parts));
  }

  /// The step's keys and values are in the blocks.
  void completed(Step step) {
    for (Step.Part part : step.parts()) {
      part.sequence().advance(pool, part.count());
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
    for (List<Sequence> list : List.of(running, waiting)) {
      if (list.stream().anyMatch(condition)) {
        for (Sequence sequence : list.stream().filter(condition).toList()) {
          remove(sequence);
          removed.accept(sequence);
        }
      }
    }
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

  /// Who would like to compute how many tokens, in order of arrival.
  private List<Step.Part> plan() {
    Budget budget = new Budget(limits.batchTokens(), limits.batchOutputs());
    List<Step.Part> parts = new ArrayList<>(running.size());
    List<Sequence> reading = new ArrayList<>();
    for (Sequence sequence : running) {
      if (sequence.pending() == 1) {
        budget.take(sequence, 1).ifPresent(parts::add);
      } else {
        reading.add(sequence);
      }
    }
    reading.sort(Comparator.comparingInt(Sequence::pending));
    for (int i = 0; i < reading.size(); i++) {
      Sequence sequence = reading.get(i);
      int share = Math.min(sequence.pending(), budget.tokens / (reading.size() - i));
      budget.take(sequence, share).ifPresent(parts::add);
    }
    parts.sort(Comparator.comparingLong(part -> part.sequence().arrival()));
    return parts;
  }

  /// Holds the blocks that the parts need, oldest first; drops the parts of sequences put back.
  /// Decoding ones first in the result.
  private List<Step.Part> reserve(List<Step.Part> parts) {
    List<Step.Part> kept = new ArrayList<>(parts.size());
    for (Step.Part part : parts) {
      Sequence sequence = part.sequence();
      while (running.contains(sequence)) {
        if (sequence.reserve(pool, sequence.computed() + part.count())) {
          kept.add(part);
          break;
        }
        putBack(running.getLast());
      }
    }
    kept.sort(Comparator.comparingInt(part -> part.sequence().pending() == 1 ? 0 : 1));
    return kept;
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

  /// What is left of one step.
  private static final class Budget {
    private int tokens;
    private int outputs;

    Budget(int tokens, int outputs) {
      this.tokens = tokens;
      this.outputs = outputs;
    }

    Optional<Step.Part> take(Sequence sequence, int wanted) {
      int first = sequence.computed();
      int firstOutput = Math.max(first, sequence.task().firstOutput(sequence));
      int count = Math.min(wanted, Math.min(tokens, firstOutput - first + outputs));
      if (count <= 0) {
        return Optional.empty();
      }
      int read = Math.max(0, first + count - firstOutput);
      tokens -= count;
      outputs -= read;
      return Optional.of(new Step.Part(sequence, count, read));
    }
  }
}
