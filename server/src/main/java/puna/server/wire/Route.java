package puna.server.wire;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A method and a path, and what answers there.
///
/// @param method such as `POST`
/// @param path such as `/v1/models/{id}`; what stands in braces is one or more characters, slashes
///   too
/// @param dialect in which its failures are told
/// @param endpoint that answers
public record Route(String method, String path, Dialect dialect, Endpoint endpoint) {

  /// The part of a path that this route leaves open, decoded; empty where the path is another one.
  Optional<String> match(String asked) {
    int open = path.indexOf('{');
    if (open < 0) {
      return asked.equals(path) ? Optional.of("") : Optional.empty();
    }
    String before = path.substring(0, open);
    String after = path.substring(path.indexOf('}') + 1);
    if (asked.length() <= before.length() + after.length()
        || !asked.startsWith(before)
        || !asked.endsWith(after)) {
      return Optional.empty();
    }
    String rest = asked.substring(before.length(), asked.length() - after.length());
    try {
      return Optional.of(URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a percent sign without its digits
    }
  }
}
