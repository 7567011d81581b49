package puna.backend;

import java.util.Arrays;

/// To which experts the tokens of a step are sent, and how much each counts: a group for each
/// expert that any token chose, ascending, with its tokens, ascending. It is filled anew for each
/// layer, so that steps allocate nothing.
///
/// An expert reads its weights once for its whole group. A token's sum over its experts is in the
/// order of their numbers, so that it is the same alone and among others.
public final class Routing {
  private final int experts;
  private final int used;
  private final Gating gating;
  private final int[] chosen; // (tokens × used), the best first
  private final float[] weights; // (tokens × used)
  private final int[] members; // (tokens × used): places in `chosen`, expert after expert
  private final int[] next; // (experts): scratch of `group`
  private final Group[] groups; // (experts): those that were chosen first
  private int tokens;
  private int groupCount;

  /// The tokens that chose one expert.
  public final class Group {
    private int expert;
    private int start;
    private int count;

    private Group() {}

    public int expert() {
      return expert;
    }

    /// Tokens of the group.
    public int count() {
      return count;
    }

    /// The index of a token among those that were added.
    public int token(int index) {
      return members[start + index] / used;
    }

    /// What the token is multiplied by before the expert reads it.
    public float before(int index) {
      return gating == Gating.SIGMOID_BEFORE ? weights[members[start + index]] : 1;
    }

    /// What the expert brings for the token is multiplied by.
    public float after(int index) {
      return gating == Gating.SOFTMAX_AFTER ? weights[members[start + index]] : 1;
    }
  }

  /// @param tokens the most of a step
  /// @param experts to choose from
  /// @param used experts a token is sent to, from 1 to `experts`
  public Routing(int tokens, int experts, int used, Gating gating) {
    if (used < 1 || used > experts) {
      throw new IllegalArgumentException(
          "a token must be sent to 1 to %s experts, found %s".formatted(experts, used));
    }
    this.experts = experts;
    this.used = used;
    this.gating = gating;
    chosen = new int[Math.multiplyExact(tokens, used)];
    weights = new float[chosen.length];
    members = new int[chosen.length];
    next = new int[experts];
    groups = new Group[experts];
    for (int i = 0; i < experts; i++) {
      groups[i] = new Group();
    }
  }

  public int experts() {
    return experts;
  }

  /// Forgets all tokens.
  public void clear() {
    tokens = 0;
    groupCount = 0;
  }

  /// Chooses for the next token: the experts of the largest logits; of equal ones the first.
  ///
  /// @param logits one for each expert
  public void add(float[] logits) {
    int first = tokens * used;
    for (int rank = 0; rank < used; rank++) {
      chosen[first + rank] = best(logits, first, first + rank);
    }
    switch (gating) {
      case SIGMOID_BEFORE -> {
        for (int i = first; i < first + used; i++) {
          weights[i] = (float) (1 / (1 + Math.exp(-logits[chosen[i]])));
        }
      }
      case SOFTMAX_AFTER -> softmax(logits, first);
    }
    tokens++;
  }

  /// The best expert that is not among the chosen from `from` to `end`.
  private int best(float[] logits, int from, int end) {
    int best = -1;
    for (int expert = 0; expert < experts; expert++) {
      if (!isChosen(expert, from, end) && (best < 0 || logits[expert] > logits[best])) {
        best = expert;
      }
    }
    return best;
  }

  private boolean isChosen(int expert, int from, int end) {
    for (int i = from; i < end; i++) {
      if (chosen[i] == expert) {
        return true;
      }
    }
    return false;
  }

  private void softmax(float[] logits, int first) {
    float largest = logits[chosen[first]];
    double sum = 0;
    for (int i = first; i < first + used; i++) {
      sum += Math.exp(logits[chosen[i]] - largest);
    }
    for (int i = first; i < first + used; i++) {
      weights[i] = (float) (Math.exp(logits[chosen[i]] - largest) / sum);
    }
  }

  /// Groups the tokens that were added, once all are.
  public void group() {
    Arrays.fill(next, 0);
    int all = tokens * used;
    for (int i = 0; i < all; i++) {
      next[chosen[i]]++;
    }
    int start = 0;
    groupCount = 0;
    for (int expert = 0; expert < experts; expert++) {
      int count = next[expert];
      next[expert] = start;
      if (count > 0) {
        Group group = groups[groupCount++];
        group.expert = expert;
        group.start = start;
        group.count = count;
      }
      start += count;
    }
    for (int i = 0; i < all; i++) {
      members[next[chosen[i]]++] = i;
    }
  }

  /// Tokens that were added.
  public int tokens() {
    return tokens;
  }

  /// Experts that any token chose.
  public int groups() {
    return groupCount;
  }

  /// The tokens of one of those experts.
  public Group group(int index) {
    return groups[index];
  }

  /// The expert that a token chose, the best first.
  public int expert(int token, int rank) {
    return chosen[token * used + rank];
  }
}
