package puna.engine;

import java.time.Duration;
import java.util.Optional;

/// How a request stands beside the others.
///
/// @param rank requests of a higher rank go first; 0 for most
/// @param caller on whose behalf it is: callers get equal shares, however many requests they have
/// @param deadline from its submission on; then it ends, whatever has come of it
/// @param guesses of its next tokens
public record Terms(int rank, String caller, Optional<Duration> deadline, Guesses guesses) {
  /// Of a request like most: no caller that is named, no deadline.
  public static final Terms NONE = new Terms(0, "", Optional.empty(), Guesses.NONE);
}
