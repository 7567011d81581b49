package puna.hub.net;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import puna.error.ModelDownloadException;
import puna.text.FileText;

/// Counts failures that come one after the other, and says how long to wait after each.
final class Patience {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final Duration LONGEST_WISH = Duration.ofMinutes(2);

  private final Pace pace;
  private final String host;
  private int failures;

  Patience(Pace pace, String host) {
    this.pace = pace;
    this.host = host;
  }

  /// Something came: earlier failures do not count any more.
  void progressed() {
    failures = 0;
  }

  /// How long to wait before the next attempt.
  ///
  /// @throws ModelDownloadException when there should be none
  Duration after(IOException failure) {
    failures++;
    Optional<Duration> wish =
        failure instanceof RetryableException retryable ? retryable.after() : Optional.empty();
    if (wish.isPresent() && wish.get().compareTo(LONGEST_WISH) > 0) {
      throw new ModelDownloadException(
          "%s, and asks to wait %s seconds; try again then"
              .formatted(failure.getMessage(), wish.get().toSeconds()),
          failure);
    }
    if (failures >= pace.attempts() || failure instanceof SSLHandshakeException) {
      throw spent(failure);
    }
    Duration pause = pace.firstPause().multipliedBy(1L << Math.min(failures - 1, 16));
    Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return wish.filter(asked -> asked.compareTo(bounded) > 0).orElse(bounded);
  }

  private ModelDownloadException spent(IOException failure) {
    if (failure instanceof RetryableException) {
      return new ModelDownloadException(
          "%s, %s times in a row; try again later".formatted(failure.getMessage(), failures),
          failure);
    }
    return unreachable(host, failure);
  }

  static ModelDownloadException unreachable(String host, IOException failure) {
    String found =
        failure instanceof ConnectException && failure.getMessage() == null
            ? "no connection"
            : FileText.line(failure.getClass().getSimpleName() + ": " + failure.getMessage());
    return new ModelDownloadException(
        "%s cannot be reached (%s); check the network and HTTPS_PROXY, then run the same again: what has come is kept"
            .formatted(host, found),
        failure);
  }
}
