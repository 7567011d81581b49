package puna.agent;

import java.time.Duration;

/// How far an agent may go.
///
/// @param steps answers of the model
/// @param time for everything; a tool or an answer that runs then is ended
/// @param outputTokens that the model may generate in all its answers together
/// @param toolCharacters of a tool's answer that the model reads; the rest is cut off
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

  /// 10 answers, 5 minutes, 8192 tokens, 16,000 characters a tool's answer.
  public static AgentLimits defaults() {
    return new AgentLimits(10, Duration.ofMinutes(5), 8192, 16_000);
  }

  public AgentLimits withSteps(int value) {
    return new AgentLimits(value, time, outputTokens, toolCharacters);
  }

  public AgentLimits withTime(Duration value) {
    return new AgentLimits(steps, value, outputTokens, toolCharacters);
  }

  public AgentLimits withOutputTokens(int value) {
    return new AgentLimits(steps, time, value, toolCharacters);
  }

  public AgentLimits withToolCharacters(int value) {
    return new AgentLimits(steps, time, outputTokens, value);
  }

  private static void requirePositive(String limit, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be 1 or more, found %d".formatted(limit, value));
    }
  }
}
