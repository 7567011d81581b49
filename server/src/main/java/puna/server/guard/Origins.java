package puna.server.guard;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.server.exchange.Headers;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Keeps web pages of other sites from driving a server that listens on this machine: neither by a
/// name of theirs that resolves to it (DNS rebinding, told by `Host`), nor from the user's browser
/// (told by `Origin`).
public final class Origins {
  private final List<String> hosts; // lower case
  private final List<String> origins;

  /// @param hosts names that the server may be called by, beside those of this machine and
  ///   addresses; `*` for any
  /// @param origins of web pages that may call it, such as `https://example.org`; `*` for any
  public Origins(List<String> hosts, List<String> origins) {
    this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    this.origins = List.copyOf(origins);
  }

  /// @throws Failure when the request is one that a foreign page made
  public void require(Headers headers) {
    for (String host : headers.all("Host")) {
      if (!isOurs(host)) {
        throw Failure.of(
            Kind.FORBIDDEN, "this server is not known by the name in the request's Host header");
      }
    }
    Optional<String> origin = headers.first("Origin");
    if (origin.isPresent()
        && !isAllowed(origin.get())
        && !isLocal(origin.get())
        && !isSame(origin.get(), headers)) {
      throw Failure.of(Kind.FORBIDDEN, "pages of that origin may not call this server");
    }
  }

  /// A page that came from here, by a name that was found right.
  private static boolean isSame(String origin, Headers headers) {
    Optional<String> host = headers.first("Host");
    return host.isPresent()
        && (origin.equalsIgnoreCase("http://" + host.get())
            || origin.equalsIgnoreCase("https://" + host.get()));
  }

  private boolean isOurs(String host) {
    String name = name(host);
    return name != null && (hosts.contains("*") || hosts.contains(name) || isLocalOrAddress(name));
  }

  /// Whether pages of that origin were allowed by name.
  public boolean isAllowed(String origin) {
    return origins.contains("*") || origins.contains(origin);
  }

  private static boolean isLocal(String origin) {
    try {
      String host = new URI(origin).getHost();
      return host != null && isLoopback(host.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /// A host and port without the port; null where it is none.
  private static @Nullable String name(String host) {
    try {
      String name = new URI("http://" + host).getHost();
      return name == null ? null : name.toLowerCase(Locale.ROOT);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /// An address cannot be made to mean another machine, as a name can.
  private static boolean isLocalOrAddress(String name) {
    return isLoopback(name) || name.startsWith("[") || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }

  private static boolean isLoopback(String name) {
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.matches("127(\\.[0-9]{1,3}){3}");
  }
}
