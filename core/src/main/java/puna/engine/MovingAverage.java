package puna.engine;

/// Averages that forget what is long ago.
final class MovingAverage {
  private MovingAverage() {}

  /// The average with one more value.
  ///
  /// @param before 0 where there was no value yet
  /// @param newest the weight of `now`
  static double of(double before, double now, double newest) {
    return before == 0 ? now : before + newest * (now - before);
  }
}
