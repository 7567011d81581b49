package puna.engine;

import java.time.Duration;
import java.util.Optional;

/// How much may wait, and how long.
///
/// @param requests that wait for a place, at least 1
/// @param tokens of their prompts together; one request may always wait
/// @param time from submission to a place; empty for as long as it takes
public record QueueLimits(int requests, long tokens, Optional<Duration> time) {
  /// Room for the prompts of any embedded use, which is bounded by memory alone.
  public static final QueueLimits DEFAULT = new QueueLimits(10_000, 1 << 26, Optional.empty());
}
