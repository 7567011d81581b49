package puna.hub.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import puna.error.ModelDownloadException;
import puna.text.FileText;

/// Sends requests and follows redirects by hand, so that the token goes to the hub alone.
public final class Http implements AutoCloseable {
  private static final int MOST_REDIRECTS = 10;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  private final HubSettings settings;
  private final Optional<Origin> hub;
  private final HttpClient client;

  /// @throws ModelDownloadException when a setting forbids to connect
  public Http(HubSettings settings) {
    this.settings = settings;
    settings
        .offline()
        .ifPresent(setting -> {
          throw new ModelDownloadException(
              "this needs %s, and %s forbids to connect; allow it, or name a file that is there"
                  .formatted(settings.host(), setting));
        });
    this.hub = Origin.of(settings.endpoint());
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(settings.proxies())
            .connectTimeout(CONNECT_TIMEOUT)
            // Pieces side by side need a connection each, and its own window.
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  HubSettings settings() {
    return settings;
  }

  /// An answer that is no redirect, whatever its status. Its body is not read yet.
  HttpAnswer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    URI at = uri;
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      HttpResponse<InputStream> response =
          client.send(request(at, headers), BodyHandlers.ofInputStream());
      if (!isRedirect(response)) {
        return new HttpAnswer(response.statusCode(), response.headers(), at, response.body());
      }
      response.body().close();
      at = target(at, response.headers().firstValue("location").orElse(""));
    }
    throw new ModelDownloadException(
        "%s: redirects must end, found more than %s; try again later, or check HF_ENDPOINT"
            .formatted(shown(uri), MOST_REDIRECTS));
  }

  private static boolean isRedirect(HttpResponse<?> response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private HttpRequest request(URI uri, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(settings.pace().patience())
            .header("accept-encoding", "identity")
            .header("user-agent", "puna");
    headers.forEach(request::header);
    Optional<Origin> origin = Origin.of(uri);
    if (origin.equals(hub) && origin.filter(Origin::isPrivate).isPresent()) {
      settings.token().ifPresent(token -> request.header("authorization", token.authorization()));
    }
    return request.build();
  }

  private static URI target(URI from, String location) {
    try {
      URI to = from.resolve(location);
      Optional<Origin> origin = Origin.of(to);
      boolean staysEncrypted =
          origin.isPresent()
              && (origin.get().isEncrypted() || !"https".equalsIgnoreCase(from.getScheme()));
      if (!location.isEmpty() && staysEncrypted) {
        return to;
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new ModelDownloadException(
        "%s: a redirect must name an https address, found %s"
            .formatted(shown(from), FileText.line('"' + location.replaceFirst("\\?.*", "") + '"')));
  }

  /// An address without its query, which may hold a signature.
  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return FileText.line(uri.getScheme() + "://" + uri.getHost() + port + uri.getPath());
  }

  /// Cuts all connections.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
