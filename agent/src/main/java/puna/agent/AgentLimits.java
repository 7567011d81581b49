package puna.agent;

import java.time.Duration;

/// The limits of an agent's run.
///
/// @param steps the most answers of the model, at least 1
/// @param time of the whole run; a tool or an answer that is still running then is ended
/// @param outputTokens the most tokens that the model may generate in all answers together, at
///   least 1
/// @param toolCharacters how much of a tool's result the model reads, at least 1; the rest is cut
///   off
public record AgentLimits(int steps, Duration time, int outputTokens, int toolCharacters) {
  /// @throws IllegalArgumentException when a limit is not positive
  public AgentLimits {
    requirePositive("steps", steps);
    requirePositive("outputTokens", outputTokens);
    requirePositive("toolCharacters", toolCharacters);
    if (!time.isPositive()) {
      throw new IllegalArgumentException("time must be positive, found " + time);
    }
  }

  /// 10 answers, 5 minutes, 8192 tokens, 16,000 characters of each tool's result.
  public static AgentLimits defaults() {
    return new AgentLimits(10, Duration.ofMinutes(5), 8192, 16_000);
  }

  /// The most answers of the model. Default: 10.
  public AgentLimits withSteps(int value) {
    return new AgentLimits(value, time, outputTokens, toolCharacters);
  }

  /// The time of the whole run. Default: 5 minutes.
  public AgentLimits withTime(Duration value) {
    return new AgentLimits(steps, value, outputTokens, toolCharacters);
  }

  /// The most tokens that the model may generate in all answers together. Default: 8192.
  public AgentLimits withOutputTokens(int value) {
    return new AgentLimits(steps, time, value, toolCharacters);
  }

  /// How many characters of a tool's result the model reads. Default: 16,000.
  public AgentLimits withToolCharacters(int value) {
    return new AgentLimits(steps, time, outputTokens, value);
  }

  private static void requirePositive(String limit, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be 1 or more, found %s".formatted(limit, value));
    }
  }
}
