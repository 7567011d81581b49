package puna.engine;

/// Whether it pays to keep a block's keys and values aside: what copying a block out and back takes
/// beside what computing its positions takes, both as measured here. Averages that forget.
final class CopyCosts {
  private static final double NEWEST = 0.2;

  /// What does not pay looks a little cheaper each time, so that it is tried again one day: the
  /// first copies of a process are slow, and contexts change.
  private static final double FORGETTING = 0.99;

  private final int blockPositions;
  private double outNanos; // of a block; 0 where it is unknown
  private double backNanos; // of a block
  private double computeNanos; // of a position

  CopyCosts(int blockPositions) {
    this.blockPositions = blockPositions;
  }

  /// A block was copied out.
  void out(long nanos) {
    outNanos = MovingAverage.of(outNanos, (double) nanos, NEWEST);
  }

  /// A block was copied back.
  void back(long nanos) {
    backNanos = MovingAverage.of(backNanos, (double) nanos, NEWEST);
  }

  /// A step computed prompts alone.
  void computed(long nanos, int positions) {
    computeNanos = MovingAverage.of(computeNanos, (double) nanos / positions, NEWEST);
  }

  /// Whether a block is to be copied out. What is unknown is assumed to pay.
  boolean isKept() {
    double copying = outNanos + (backNanos == 0 ? outNanos : backNanos);
    if (pays(copying)) {
      return true;
    }
    outNanos *= FORGETTING;
    backNanos *= FORGETTING;
    return false;
  }

  /// Whether a block that was copied out is to be copied back.
  boolean isTakenBack() {
    if (pays(backNanos)) {
      return true;
    }
    backNanos *= FORGETTING;
    return false;
  }

  private boolean pays(double copying) {
    return computeNanos == 0 || copying < computeNanos * blockPositions;
  }
}
