package puna.agent;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.agent.McpException.Kind;

/// An address that takes requests, each with the headers of its moment.
final class HttpEndpoint implements AutoCloseable {
  private static final int MOST_BODY = 2000; // characters of an error's body that are looked at

  private final HttpClient client;
  private final McpServer.Address address;
  private final Duration timeout;
  private volatile URI uri;
  private volatile String session = "";
  private volatile String version = "";

  HttpEndpoint(McpServer.Address address, Duration timeout) {
    this.address = address;
    this.timeout = timeout;
    this.uri = isBare() ? withPath("/mcp") : address.uri();
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            // In the clear the JDK asks for HTTP/2 by an upgrade, which confuses some servers.
            .version(
                "https".equalsIgnoreCase(uri.getScheme())
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .build();
  }

  private boolean isBare() {
    String path = address.uri().getPath();
    return path == null || path.isEmpty() || path.equals("/");
  }

  private URI withPath(String path) {
    URI old = address.uri();
    String query = old.getRawQuery() == null ? "" : "?" + old.getRawQuery();
    return URI.create(old.getScheme() + "://" + old.getRawAuthority() + path + query);
  }

  void speak(String spoken) {
    version = spoken;
  }

  boolean hasSession() {
    return !session.isEmpty();
  }

  /// Sends the message that opens a session.
  ///
  /// @throws McpException when the server does not take it
  HttpResponse<InputStream> open(String message) throws InterruptedException {
    HttpResponse<InputStream> response = send(posting(message));
    if (isBare() && isElsewhere(response)) {
      uri = withPath("/");
      response = send(posting(message));
    }
    response = followed(response, message);
    session =
        response
            .headers()
            .firstValue("Mcp-Session-Id")
            .filter(id -> id.matches("[\\x21-\\x7e]{1,2000}"))
            .orElse("");
    return requireTaken(response);
  }

  /// Sends a request; whoever waits for its answer interrupts it.
  ///
  /// @throws McpException when the server does not take it
  HttpResponse<InputStream> ask(String message) throws InterruptedException {
    return requireTaken(followed(send(posting(message)), message));
  }

  /// Sends what has no answer.
  ///
  /// @throws McpException when the server does not take it, or not in time
  HttpResponse<InputStream> tell(String message) throws InterruptedException {
    return requireTaken(send(posting(message).timeout(timeout)));
  }

  private HttpResponse<InputStream> followed(HttpResponse<InputStream> response, String message)
      throws InterruptedException {
    Optional<URI> other = moved(response);
    if (other.isEmpty()) {
      return response;
    }
    close(response);
    uri = other.get();
    return send(posting(message));
  }

  static boolean isEvents(HttpResponse<InputStream> response) {
    return response
        .headers()
        .firstValue("Content-Type")
        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
        .isPresent();
  }

  private static boolean isElsewhere(HttpResponse<InputStream> response) {
    if (response.statusCode() != 404 && response.statusCode() != 405) {
      return false;
    }
    close(response);
    return true;
  }

  /// Opens a stream of what the server says by itself, or of the rest of a broken one.
  ///
  /// @param lastId of the event behind which it goes on, or empty
  HttpResponse<InputStream> listen(String lastId) throws InterruptedException {
    HttpRequest.Builder request = builder().setHeader("Accept", "text/event-stream").GET();
    if (!lastId.isEmpty()) {
      request.setHeader("Last-Event-ID", lastId);
    }
    return requireTaken(send(request.timeout(timeout)));
  }

  /// Ends the session, if there is one.
  void leave(Duration patience) throws InterruptedException {
    if (hasSession()) {
      try {
        close(send(builder().DELETE().timeout(patience)));
      } catch (McpException _) {
        // it is over in any case
      }
    }
  }

  private HttpRequest.Builder posting(String message) {
    return builder()
        .setHeader("Content-Type", "application/json")
        .setHeader("Accept", "application/json, text/event-stream")
        .POST(HttpRequest.BodyPublishers.ofString(message));
  }

  private HttpRequest.Builder builder() {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    try {
      address.fixed().forEach(request::setHeader);
      Map<String, String> asked = address.headers().get();
      asked.forEach(request::setHeader);
    } catch (RuntimeException e) { // the host's own code, and names that are none
      throw new McpException(
          Kind.BROKEN, "the headers for the MCP server cannot be made: " + McpText.message(e), e);
    }
    if (!version.isEmpty()) {
      request.setHeader("MCP-Protocol-Version", version);
    }
    if (hasSession()) {
      request.setHeader("Mcp-Session-Id", session);
    }
    return request;
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request) throws InterruptedException {
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw new McpException(
          Kind.TIMED_OUT,
          "%s did not answer within %s".formatted(this, McpText.seconds(timeout)),
          e);
    } catch (IOException e) {
      throw new McpException(
          Kind.BROKEN,
          "%s %s: %s"
              .formatted(
                  this,
                  e instanceof ConnectException ? "cannot be reached" : "broke off",
                  reason(e)),
          e);
    }
  }

  /// What is wrong, which the client often tells by the kind of exception alone.
  static String reason(Throwable thrown) {
    @Nullable Throwable cause = thrown;
    while (cause != null && cause.getMessage() == null) {
      cause = cause.getCause();
    }
    if (cause != null && McpText.message(cause).contains("received no bytes")) {
      return "it closed the connection without an answer";
    }
    if (cause != null) {
      return McpText.line(McpText.message(cause), 300);
    }
    return thrown instanceof ConnectException
        ? "nothing listens there, or there is no such host"
        : thrown.getClass().getSimpleName();
  }

  /// Servers move `/mcp` to `/mcp/` and back; to another host nobody goes with a key in the hand.
  private Optional<URI> moved(HttpResponse<InputStream> response) {
    if (response.statusCode() != 307 && response.statusCode() != 308) {
      return Optional.empty();
    }
    return response
        .headers()
        .firstValue("Location")
        .map(place -> {
          try {
            return uri.resolve(place);
          } catch (IllegalArgumentException _) {
            return null;
          }
        })
        .filter(other ->
            requireNonNullElse(other.getRawAuthority(), "").equals(uri.getRawAuthority())
                && requireNonNullElse(other.getScheme(), "").equals(uri.getScheme()));
  }

  private HttpResponse<InputStream> requireTaken(HttpResponse<InputStream> response) {
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return response;
    }
    String said =
        response
            .headers()
            .firstValue("WWW-Authenticate")
            .or(() -> response.headers().firstValue("Location"))
            .map(header -> " (" + McpText.line(header, 500) + ")")
            .orElse("");
    String body = McpText.line(beginning(response), 300);
    throw new McpException(
        isSessionLost(status, body) ? Kind.SESSION_LOST : Kind.BROKEN,
        "%s answers with HTTP %s%s%s%s"
            .formatted(this, status, meaning(status), said, body.isEmpty() ? "" : ": " + body));
  }

  // The protocol says 404; servers made after the example of its TypeScript SDK say 400.
  private boolean isSessionLost(int status, String body) {
    return hasSession()
        && (status == 404 || (status == 400 && body.toLowerCase(Locale.ROOT).contains("session")));
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401 -> ", a key or token is missing or wrong";
      case 403 -> ", it is forbidden";
      case 404 -> ", there is no such endpoint or session";
      case 405 -> ", this is no endpoint of the streamable HTTP transport";
      case 429 -> ", there were too many requests";
      default -> status >= 300 && status < 400 ? ", it has moved" : "";
    };
  }

  private static String beginning(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      return new String(body.readNBytes(MOST_BODY), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }

  static void close(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException _) {
      // nothing more is wanted of it
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// The address without keys.
  @Override
  public String toString() {
    return "the MCP server at " + McpServer.withoutSecrets(uri);
  }
}
