package puna.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import puna.agent.McpException.Kind;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;

/// A server behind an address: each message is a request of its own, whose answer comes as JSON or
/// as events; one more stream has what the server says by itself.
final class HttpTransport implements McpTransport {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final Duration FAREWELL = Duration.ofSeconds(2);
  private static final int MOST_BREAKS = 5; // in a row

  private final HttpEndpoint endpoint;
  private final Map<Long, Thread> running = new ConcurrentHashMap<>();
  private volatile @Nullable Listener listener;
  private volatile @Nullable Thread ear;
  private volatile boolean closed;

  HttpTransport(McpServer.Address address, Duration timeout) {
    this.endpoint = new HttpEndpoint(address, timeout);
  }

  @Override
  public void start(Listener to) {
    listener = to;
  }

  @Override
  public void send(JsonObject message) {
    OptionalLong id =
        message.get("method").isPresent() ? McpJson.id(message) : OptionalLong.empty();
    if (id.isEmpty()) {
      Thread.ofVirtual().name("puna mcp tell").start(() -> tell(message));
      return;
    }
    long number = id.getAsLong();
    Thread thread = Thread.ofVirtual().name("puna mcp ask").unstarted(() -> ask(number, message));
    running.put(number, thread);
    thread.start();
  }

  @Override
  public void ready(String version, JsonObject notification) {
    endpoint.speak(version);
    tell(notification); // before anything else is asked
    ear = Thread.ofVirtual().name("puna mcp listen").start(this::listen);
  }

  @Override
  public void abandon(long id) {
    Thread thread = running.remove(id);
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    running.keySet().forEach(this::abandon);
    Thread listening = ear;
    if (listening != null) {
      listening.interrupt();
    }
    Thread farewell = Thread.ofVirtual().name("puna mcp close").start(this::leave);
    try {
      farewell.join(FAREWELL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    endpoint.close();
  }

  private void leave() {
    try {
      endpoint.leave(FAREWELL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(JsonObject message) {
    try {
      HttpEndpoint.close(endpoint.tell(McpSession.text(message)));
    } catch (McpException e) {
      LOGGER.log(Level.DEBUG, () -> McpText.message(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(long id, JsonObject message) {
    boolean isFirst = McpJson.string(message, "method").orElse("").equals("initialize");
    try {
      String text = McpSession.text(message);
      HttpResponse<InputStream> response = isFirst ? endpoint.open(text) : endpoint.ask(text);
      if (HttpEndpoint.isEvents(response)) {
        events(id, response);
      } else {
        document(id, response);
      }
    } catch (McpException e) {
      failed(id, e);
    } catch (BoundedLines.TooLongException e) {
      failed(id, McpException.broken("the MCP server floods: it sent " + McpText.message(e)));
    } catch (IOException e) {
      failed(
          id, new McpException(Kind.BROKEN, "the connection broke: " + HttpEndpoint.reason(e), e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(id);
    }
  }

  private void document(long id, HttpResponse<InputStream> response) throws IOException {
    byte[] body;
    try (InputStream in = response.body()) {
      body = in.readNBytes(MAX_MESSAGE + 1);
    }
    if (body.length > MAX_MESSAGE) {
      throw new BoundedLines.TooLongException(MAX_MESSAGE);
    }
    String text = new String(body, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      throw McpException.broken(
          "%s answers with HTTP %s and no result".formatted(endpoint, response.statusCode()));
    }
    if (!deliver(text, id)) {
      throw McpException.broken(
          "%s answers with something else: %s".formatted(endpoint, McpText.line(text, 300)));
    }
  }

  private void events(long id, HttpResponse<InputStream> first)
      throws IOException, InterruptedException {
    EventStream events = new EventStream();
    HttpResponse<InputStream> response = first;
    for (int breaks = 0; !read(events, response, id); breaks++) {
      if (events.lastId().isEmpty() || breaks == MOST_BREAKS) {
        throw McpException.broken(endpoint + " ended the connection without an answer");
      }
      Thread.sleep(events.delay());
      response = endpoint.listen(events.lastId());
    }
  }

  /// Whether the answer was read; a stream that breaks behind an event with an id can go on.
  private boolean read(EventStream events, HttpResponse<InputStream> response, long id)
      throws IOException {
    try (InputStream in = response.body()) {
      return events.read(in, data -> deliver(data, id));
    } catch (BoundedLines.TooLongException e) {
      throw e;
    } catch (IOException e) {
      if (events.lastId().isEmpty() || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return false;
    }
  }

  private void listen() {
    EventStream events = new EventStream();
    try {
      for (int breaks = 0; !closed && breaks < MOST_BREAKS; breaks++) {
        HttpResponse<InputStream> response = endpoint.listen(events.lastId());
        long begin = System.nanoTime();
        if (!HttpEndpoint.isEvents(response)) {
          HttpEndpoint.close(response);
          return;
        }
        read(events, response);
        if (System.nanoTime() - begin > Duration.ofSeconds(10).toNanos()) {
          breaks = -1; // it was a good one
        }
        Thread.sleep(events.delay());
      }
    } catch (McpException e) {
      LOGGER.log(Level.DEBUG, () -> "no stream of notifications: " + McpText.message(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(EventStream events, HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      events.read(in, data -> deliver(data, -1));
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a stream of notifications broke", e);
    }
  }

  /// Hands on what a document or an event holds.
  ///
  /// @return whether it was the answer to a request
  private boolean deliver(String text, long id) {
    try {
      boolean found = false;
      for (JsonObject message : McpMessages.read(text)) {
        found |= message.get("method").isEmpty() && McpJson.id(message).orElse(-1) == id;
        if (listener != null) {
          listener.received(message);
        }
      }
      return found;
    } catch (JsonException e) {
      if (id < 0) {
        return false;
      }
      throw new McpException(
          Kind.BROKEN,
          "the MCP server's answer cannot be read: " + McpText.line(McpText.message(e), 300),
          e);
    }
  }

  private void failed(long id, McpException why) {
    if (listener != null) {
      listener.failed(id, why);
    }
  }
}
