package puna.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;

/// What the next step computes: a batch, and whose tokens they are. It is filled anew for each
/// step, so that steps allocate nothing.
final class Step {
  private static final Comparator<Part> BY_PRECEDENCE =
      Comparator.<Part>comparingInt(part -> -part.sequence.rank())
          .thenComparingLong(part -> part.sequence.arrival());
  private static final Comparator<Part> DECODING_FIRST =
      Comparator.comparingInt(part -> part.sequence.pending() == 1 ? 0 : 1);

  private final List<Part> parts = new ArrayList<>();
  private final List<Part> spare = new ArrayList<>();
  private final Batch batch = new Batch(1);

  /// Some tokens of one sequence from its first uncomputed position.
  static final class Part {
    private Sequence sequence;
    private int firstPosition;
    private int count;
    private int proposals;
    private int firstOutput;
    private int outputs;
    private @Nullable Throwable failure;

    private Part(Sequence sequence) {
      this.sequence = sequence;
    }

    Sequence sequence() {
      return sequence;
    }

    /// Its first position in this step.
    int firstPosition() {
      return firstPosition;
    }

    /// Its tokens in this step.
    int count() {
      return count;
    }

    /// The last of them, which are guesses.
    int proposals() {
      return proposals;
    }

    /// The first of its outputs among those of the batch: its logits, or its states.
    int firstOutput() {
      return firstOutput;
    }

    /// What went wrong when its tokens were drawn; null for nothing.
    @Nullable Throwable failure() {
      return failure;
    }

    void fail(Throwable cause) {
      failure = cause;
    }

    /// How many of the last of them have their logits, or their states, read.
    int outputs() {
      return outputs;
    }
  }

  void clear() {
    while (!parts.isEmpty()) {
      spare.add(parts.removeLast());
    }
    batch.clear();
  }

  void add(Sequence sequence, int count, int outputs) {
    Part part = spare.isEmpty() ? new Part(sequence) : spare.removeLast();
    part.sequence = sequence;
    part.count = count;
    part.outputs = outputs;
    part.failure = null;
    parts.add(part);
  }

  /// Leaves a part out.
  void drop(int index) {
    spare.add(parts.remove(index));
  }

  /// Who would lose its blocks last comes first.
  void sortByPrecedence() {
    parts.sort(BY_PRECEDENCE);
  }

  /// Puts the parts that decode before those that read, and lays their tokens out in the batch.
  void fillBatch() {
    parts.sort(DECODING_FIRST);
    for (int at = 0; at < parts.size(); at++) {
      fill(parts.get(at));
    }
  }

  private void fill(Part part) {
    Sequence sequence = part.sequence;
    Task.Wanted wanted = sequence.task().wanted();
    int first = sequence.computed();
    part.firstPosition = first;
    part.proposals = Math.max(0, part.count - sequence.pending());
    part.firstOutput =
        switch (wanted) {
          case LOGITS -> batch.outputs().count();
          case STATES -> batch.states().count();
        };
    batch.addRun(first, sequence.blocks());
    for (int i = 0; i < part.count; i++) {
      batch.addToken(sequence.token(first + i));
      if (i >= part.count - part.outputs) {
        switch (wanted) {
          case LOGITS -> batch.addOutput();
          case STATES -> batch.addState();
        }
      }
    }
  }

  /// Tokens of sequences that generate, proposals among them, before the step is completed.
  int decodeTokens() {
    int tokens = 0;
    for (int at = 0; at < parts.size(); at++) {
      tokens += parts.get(at).sequence.pending() == 1 ? parts.get(at).count : 0;
    }
    return tokens;
  }

  /// False once more than half of its tokens are of requests that have ended meanwhile: what is
  /// left costs less computed anew than all of it costs now. Any thread may end them.
  boolean isWanted() {
    int unwanted = 0;
    for (int at = 0; at < parts.size(); at++) {
      Part part = parts.get(at);
      unwanted += part.sequence.isCancelled() ? part.count : 0;
    }
    return 2 * unwanted <= batch.size();
  }

  /// How many sequences have a part.
  int size() {
    return parts.size();
  }

  /// In the order of the batch's runs.
  Part part(int index) {
    return parts.get(index);
  }

  Batch batch() {
    return batch;
  }
}
