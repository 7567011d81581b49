package puna.hub.net;

import java.time.Duration;

/// How a download goes about its work.
///
/// @param pieceBytes what one request asks for
/// @param connections that fetch pieces of one file side by side
/// @param attempts that may fail one after the other before the download does
/// @param firstPause after the first failure; it doubles with each further one
/// @param patience with a connection that is silent
public record Pace(
    long pieceBytes, int connections, int attempts, Duration firstPause, Duration patience) {
  /// For real networks.
  public static final Pace NORMAL =
      new Pace(32 << 20, 4, 6, Duration.ofMillis(500), Duration.ofSeconds(60));
}
