package puna.hub.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import puna.error.ModelDownloadException;

/// The proxies that programs of the shell use: `https_proxy`, `http_proxy`, `all_proxy`, but for
/// hosts in `no_proxy`. The JDK's own properties (`https.proxyHost`) go before them.
public final class EnvironmentProxies extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);
  private static final int DEFAULT_PORT = 80; // as for every address of HTTP

  private final Function<String, Optional<String>> variables;

  /// @param variables by their names in small letters
  public EnvironmentProxies(Function<String, Optional<String>> variables) {
    this.variables = variables;
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> ofTheJdk = ofTheJdk(uri);
    if (!ofTheJdk.equals(DIRECT) && !ofTheJdk.isEmpty()) {
      return ofTheJdk;
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (Origin.isLoopback(host) || isExcepted(host)) {
      return DIRECT;
    }
    String own = uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy";
    return variables
        .apply(own)
        .map(value -> List.of(proxy(own, value)))
        .or(() -> variables.apply("all_proxy").map(value -> List.of(proxy("all_proxy", value))))
        .orElse(DIRECT);
  }

  private static List<Proxy> ofTheJdk(URI uri) {
    ProxySelector selector = ProxySelector.getDefault();
    return selector == null ? DIRECT : selector.select(uri);
  }

  private boolean isExcepted(String host) {
    for (String given : variables.apply("no_proxy").orElse("").split("[,\\s]+")) {
      String name = given.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
      name = name.startsWith("*.") ? name.substring(2) : name.replaceFirst("^\\.", "");
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  // The value is not quoted: it may hold a password.
  private static Proxy proxy(String variable, String value) {
    try {
      String text = value.strip();
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw new ModelDownloadException(
        "%s: must be a proxy that speaks HTTP, such as http://proxy:3128; set another, or name the host in no_proxy"
            .formatted(variable));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The failure itself reaches the caller.
  }
}
