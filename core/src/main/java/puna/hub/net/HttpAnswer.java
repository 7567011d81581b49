package puna.hub.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server answered.
///
/// @param uri who answered, after all redirects
/// @param body not read yet
record HttpAnswer(int status, HttpHeaders headers, URI uri, InputStream body)
    implements AutoCloseable {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  /// A part of a file: bytes `first` to `last` of `total`.
  record ContentRange(long first, long last, long total) {}

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  Optional<ContentRange> contentRange() {
    return header("content-range")
        .map(value -> CONTENT_RANGE.matcher(value.strip()))
        .filter(Matcher::matches)
        .map(range ->
            new ContentRange(
                Long.parseLong(range.group(1)),
                Long.parseLong(range.group(2)),
                Long.parseLong(range.group(3))));
  }

  OptionalLong contentLength() {
    try {
      return headers.firstValueAsLong("content-length");
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  boolean isHtml() {
    return header("content-type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/html");
  }

  /// How long the server asks to wait.
  Optional<Duration> retryAfter() {
    return header("retry-after").flatMap(HttpAnswer::wait);
  }

  private static Optional<Duration> wait(String value) {
    if (SECONDS.matcher(value.strip()).matches()) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value.strip())));
    }
    try {
      Instant until =
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
