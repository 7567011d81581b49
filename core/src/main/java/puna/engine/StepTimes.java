package puna.engine;

/// How long steps take, by their number of tokens: what one token more costs. Averages that forget,
/// since contexts grow.
final class StepTimes {
  private static final int MOST_TOKENS = 256;
  private static final double NEWEST = 0.2;
  private static final double NEWEST_FASTER = 0.5; // first steps of a size are slow

  private final double[] nanos = new double[MOST_TOKENS + 1]; // 0 where it is unknown

  void took(long time, int tokens) {
    if (tokens <= MOST_TOKENS) {
      double newest = time < nanos[tokens] ? NEWEST_FASTER : NEWEST;
      nanos[tokens] = MovingAverage.of(nanos[tokens], (double) time, newest);
    }
  }

  /// The time of a step of so many tokens, as far as it is known: between two that are, on a line;
  /// beyond them, that of the nearest. So what was never tried looks cheap, and is tried.
  double of(int tokens) {
    int at = Math.min(tokens, MOST_TOKENS);
    int below = at;
    while (below > 0 && nanos[below] == 0) {
      below--;
    }
    int above = at;
    while (above <= MOST_TOKENS && nanos[above] == 0) {
      above++;
    }
    if (above > MOST_TOKENS) {
      return nanos[below];
    }
    if (below == 0 || below == above) {
      return nanos[above];
    }
    double part = (double) (at - below) / (above - below);
    return nanos[below] + part * (nanos[above] - nanos[below]);
  }
}
