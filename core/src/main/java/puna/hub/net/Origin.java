package puna.hub.net;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Scheme, host and port of an address: who answers there. A token is for one of them alone.
record Origin(String scheme, String host, int port) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /// Empty where the address is none of HTTP.
  static Optional<Origin> of(URI uri) {
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
      return Optional.empty();
    }
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return Optional.empty();
    }
    int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return Optional.of(new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port));
  }

  boolean isEncrypted() {
    return scheme.equals("https");
  }

  /// Whether what is sent there can be read by others on the way.
  boolean isPrivate() {
    return isEncrypted() || isLoopback(host);
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.contains(host);
  }
}
