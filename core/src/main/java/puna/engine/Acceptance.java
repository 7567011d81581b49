package puna.engine;

/// How often the guesses for one sequence come true, and so how many are worth their while.
final class Acceptance {
  static final int MOST_GUESSES = 16;

  private static final double FIRST = 0.6;
  private static final double AGAIN = 0.3; // after a rest
  private static final double NEWEST = 0.2;
  private static final int TRIED = 4; // guesses after a rest
  private static final int FIRST_REST = 8; // tokens
  private static final int LONGEST_REST = 128;

  /// What a step would be like.
  ///
  /// @param tokens that are planned so far
  /// @param sharing sequences that generate in it
  /// @param most guesses of this sequence
  record Plan(int tokens, int sharing, int most) {}

  private double rate = FIRST; // that a guess comes true where those before it did
  private long drafts;
  private long guessedTokens;
  private long acceptedTokens;
  private int rest; // tokens without guesses
  private int nextRest = FIRST_REST;
  private boolean rested; // and has not guessed since

  /// How many guesses save the most time; 0 for none. A step that computes more tokens takes longer
  /// for all who share it; each guess that comes true saves this sequence its share of a step.
  ///
  /// @param guessNanos that one guess takes
  int guesses(StepTimes times, Plan plan, double guessNanos) {
    if (rest > 0) {
      rest--;
      rested = true;
      return 0;
    }
    double now = times.of(plan.tokens());
    double worth = times.of(plan.sharing()) / plan.sharing();
    int best = 0;
    double bestGain = 0;
    double expected = 0;
    double likely = 1;
    for (int count = 1; count <= Math.min(plan.most(), MOST_GUESSES); count++) {
      likely *= rate;
      expected += likely;
      double more = Math.max(0, times.of(plan.tokens() + count) - now);
      double gain = expected * worth - more - count * guessNanos;
      if (gain > bestGain) {
        bestGain = gain;
        best = count;
      }
    }
    if (best > 0) {
      rested = false;
      return best;
    }
    // What was slow once, as first steps of a size are, would never be tried again by its time.
    int tried = rested ? Math.clamp(plan.most(), 0, TRIED) : 0;
    rested = false;
    if (tried == 0) {
      takeARest();
    }
    return tried;
  }

  /// So many of the guesses came true. That those behind the first wrong one did not says nothing.
  void came(int accepted, int guessed) {
    drafts += guessed > 0 ? 1 : 0;
    guessedTokens += guessed;
    acceptedTokens += accepted;
    for (int i = 0; i < accepted; i++) {
      rate += NEWEST * (1 - rate);
    }
    if (accepted < guessed) {
      rate -= NEWEST * rate;
    }
    if (rate > FIRST) {
      nextRest = FIRST_REST;
    }
  }

  Outcome.Guessed guessed() {
    return new Outcome.Guessed(drafts, guessedTokens, acceptedTokens);
  }

  /// It does not pay: after ever longer times it is tried again, since texts and loads change.
  private void takeARest() {
    rest = nextRest;
    nextRest = Math.min(LONGEST_REST, 2 * nextRest);
    rate = Math.max(rate, AGAIN);
  }
}
