package puna.engine;

/// How many tokens of prompts a step may read while answers run, so that the time between two of
/// their tokens stays under a target.
///
/// It is learned from the steps themselves: a step that took too long makes the budget smaller by
/// as much, one that left time makes it larger. Where generating alone takes nearly as long as the
/// target or longer, reading gets a third of that on top: prompts are not to wait for ever.
final class StepBudget {
  private static final double LEAST_SHARE = 1 / 3.0; // of the time that generating alone takes
  private static final int NEARLY_ALONE = 16; // tokens of answers for one of a prompt
  private static final double MOST_SHRINKING = 0.25;
  private static final double MOST_GROWTH = 1.5;
  private static final double NEWEST = 0.3; // the weight of the last step in an average
  private static final int UNKNOWN = 16; // tokens to begin with where nothing is known

  private final long targetNanos;
  private final int most;
  private double tokens; // 0 until answers run beside a prompt
  private double readNanos; // of a token in steps that only read
  private final StepTimes alone = new StepTimes(); // of steps that generate, by their tokens

  /// @param targetNanos between two tokens of an answer
  /// @param most tokens of any step
  StepBudget(long targetNanos, int most) {
    this.targetNanos = targetNanos;
    this.most = most;
  }

  /// The most tokens of prompts in a step.
  ///
  /// @param generating answers that get a token in that step
  int tokens(int generating) {
    if (generating == 0) {
      tokens = 0;
      return most;
    }
    if (tokens == 0) {
      double room = allowed(generating) - alone.of(generating);
      tokens = readNanos == 0 ? UNKNOWN : Math.clamp(room / readNanos, 1, most);
    }
    return (int) Math.clamp(tokens, 1, most);
  }

  /// A step is done.
  ///
  /// @param generating tokens of answers in it
  /// @param read tokens of prompts in it
  void took(long nanos, int generating, int read) {
    if (generating == 0) {
      readNanos = MovingAverage.of(readNanos, (double) nanos / read, NEWEST);
      return;
    }
    if (read <= Math.max(1, generating / NEARLY_ALONE)) {
      alone.took(nanos, generating);
    }
    if (read > 0 && tokens > 0) {
      double ratio = Math.clamp(allowed(generating) / nanos, MOST_SHRINKING, MOST_GROWTH);
      if (ratio < 1) {
        tokens = Math.max(1, Math.min(tokens, read) * ratio);
      } else if (read >= (int) tokens) {
        tokens = Math.min(most, Math.max(tokens * ratio, tokens + ratio - 1));
      }
    }
  }

  private double allowed(int generating) {
    return Math.max((double) targetNanos, alone.of(generating) * (1 + LEAST_SHARE));
  }
}
