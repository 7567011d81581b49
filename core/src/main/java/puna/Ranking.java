package puna;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How well documents fit a query.
public final class Ranking {
  private final double[] scores;
  private final int[] ranks;
  private final List<Integer> order;
  private final Usage usage;

  Ranking(double[] scores, Usage usage) {
    this.scores = scores.clone();
    this.usage = usage;
    this.order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(document -> -this.scores[document]))
            .toList();
    this.ranks = new int[scores.length];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[order.get(rank)] = rank;
    }
  }

  /// How many documents there are.
  public int size() {
    return scores.length;
  }

  /// The score of a document; higher is better. A rank head's own, else the logarithm of how many
  /// times likelier the model finds “yes” than “no”: 0 is undecided.
  ///
  /// @param document its index, from 0
  public double score(int document) {
    return scores[document];
  }

  /// The scores in the documents' order, a copy.
  public double[] scores() {
    return scores.clone();
  }

  /// The place of a document among all, from 0 for the best. Of equal ones the first comes first.
  ///
  /// @param document its index, from 0
  public int rank(int document) {
    return ranks[document];
  }

  /// The indices of the documents, the best first.
  public List<Integer> order() {
    return order;
  }

  /// Tokens of all texts that were read.
  public Usage usage() {
    return usage;
  }

  @Override
  public String toString() {
    return "Ranking[scores=%s, usage=%s]".formatted(Arrays.toString(scores), usage);
  }
}
