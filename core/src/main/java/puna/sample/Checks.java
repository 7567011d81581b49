package puna.sample;

/// Bad values named.
final class Checks {
  private Checks() {}

  /// @throws IllegalArgumentException naming the option, the rule and what was found
  static void require(boolean holds, String option, String rule, Object found) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s, found %s".formatted(option, rule, found));
    }
  }

  /// @throws IllegalArgumentException when the value is no probability
  static void requireProbability(String option, float value) {
    require(value >= 0 && value <= 1, option, "from 0 to 1", value);
  }
}
