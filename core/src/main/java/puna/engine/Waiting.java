package puna.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sequences that wait for a place. The next is that of the highest rank, of the caller who was
/// served least, that came first. Waiting makes up for rank in the end.
final class Waiting {
  /// Who has waited so long counts as one rank higher, so that none waits for ever.
  private static final long NANOS_PER_RANK = 20_000_000_000L;

  private final List<Sequence> sequences = new ArrayList<>(); // in order of arrival
  private long tokens;

  void add(Sequence sequence) {
    int at = sequences.size();
    while (at > 0 && sequences.get(at - 1).arrival() > sequence.arrival()) {
      at--;
    }
    sequences.add(at, sequence);
    tokens += sequence.size();
  }

  void remove(Sequence sequence) {
    if (sequences.remove(sequence)) {
      tokens -= sequence.size();
    }
  }

  /// In order of arrival.
  List<Sequence> all() {
    return sequences;
  }

  boolean isEmpty() {
    return sequences.isEmpty();
  }

  int size() {
    return sequences.size();
  }

  /// Of the sequences together.
  long tokens() {
    return tokens;
  }

  /// The next that may have a place; null where all wait for something else.
  ///
  /// @param now as the engine's clock counts
  @Nullable Sequence next(long now) {
    Sequence best = null;
    for (int i = 0; i < sequences.size(); i++) {
      Sequence sequence = sequences.get(i);
      if (sequence.isAdmissible() && (best == null || isBefore(sequence, best, now))) {
        best = sequence;
      }
    }
    return best;
  }

  /// @param other came first
  private static boolean isBefore(Sequence sequence, Sequence other, long now) {
    long rank = rank(sequence, now);
    long otherRank = rank(other, now);
    return rank != otherRank
        ? rank > otherRank
        : sequence.share().served() < other.share().served();
  }

  private static long rank(Sequence sequence, long now) {
    return sequence.rank() + (now - sequence.submitted()) / NANOS_PER_RANK;
  }
}
