package puna.agent;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import puna.agent.McpException.Kind;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;

/// A conversation with a server in JSON-RPC: requests and their answers, and what the server says
/// and asks by itself.
final class McpSession implements McpTransport.Listener, AutoCloseable {
  /// Versions of the protocol that are spoken, the first of which is offered.
  static final List<String> VERSIONS =
      List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final int NO_SUCH_METHOD = -32601;

  private final McpTransport transport;
  private final Duration timeout;
  private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicReference<@Nullable McpException> end = new AtomicReference<>();
  private final AtomicBoolean toolsChanged = new AtomicBoolean(true);
  private final McpFloodGate gate = new McpFloodGate();
  private JsonObject welcome = McpJson.EMPTY;

  private McpSession(McpTransport transport, Duration timeout) {
    this.transport = transport;
    this.timeout = timeout;
  }

  /// Opens a conversation.
  ///
  /// @param timeout of each request
  /// @throws McpException when the server does not speak the protocol
  /// @throws ToolException when it refuses
  static McpSession open(McpTransport transport, Duration timeout) throws InterruptedException {
    McpSession session = new McpSession(transport, timeout);
    boolean open = false;
    try {
      transport.start(session);
      session.initialize();
      open = true;
      return session;
    } finally {
      if (!open) {
        session.close();
      }
    }
  }

  private void initialize() throws InterruptedException {
    JsonObject client =
        McpJson.with(McpJson.with(McpJson.EMPTY, "name", "puna"), "version", version());
    JsonObject offer = McpJson.with(McpJson.EMPTY, "protocolVersion", VERSIONS.getFirst());
    offer = McpJson.with(offer, "capabilities", McpJson.EMPTY);
    welcome = request("initialize", McpJson.with(offer, "clientInfo", client));
    String spoken = McpJson.string(welcome, "protocolVersion").orElse("");
    if (!VERSIONS.contains(spoken)) {
      throw McpException.broken(
          "it speaks version \"%s\" of the protocol, known are %s"
              .formatted(McpText.line(spoken, 40), String.join(", ", VERSIONS)));
    }
    transport.ready(spoken, message("notifications/initialized", McpJson.EMPTY));
  }

  private static String version() {
    return Optional.ofNullable(McpSession.class.getPackage().getImplementationVersion())
        .orElse("0");
  }

  /// What the server said of itself at the beginning.
  JsonObject welcome() {
    return welcome;
  }

  boolean offersTools() {
    return McpJson.value(McpJson.object(welcome, "capabilities"), "tools").isPresent();
  }

  /// Whether the list of tools may be another since this was asked; at first it is.
  boolean takeToolsChanged() {
    return toolsChanged.getAndSet(false);
  }

  void toolsChanged() {
    toolsChanged.set(true);
  }

  boolean isOpen() {
    return end.get() == null;
  }

  /// Asks for something and waits for the answer. When nobody waits any more, because the time is
  /// up or the thread was interrupted, the server is told.
  ///
  /// @throws McpException when there is no answer
  /// @throws ToolException when the server refuses
  JsonObject request(String method, JsonObject parameters) throws InterruptedException {
    long id = ids.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    boolean answered = false;
    try {
      requireOpen();
      transport.send(McpJson.with(message(method, parameters), "id", JsonNumber.of(id)));
      JsonObject result = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      answered = true;
      return result;
    } catch (TimeoutException e) {
      throw new McpException(
          Kind.TIMED_OUT,
          "the MCP server did not answer %s within %s".formatted(method, McpText.seconds(timeout)),
          e);
    } catch (ExecutionException e) {
      answered = true;
      throw failure(e);
    } finally {
      waiting.remove(id);
      if (!answered) {
        cancel(id, method);
      }
    }
  }

  private static RuntimeException failure(ExecutionException failed) {
    return switch (failed.getCause()) {
      case McpException e -> new McpException(e.kind(), McpText.message(e), e);
      case ToolException e -> e;
      case null, default -> new McpException(Kind.BROKEN, McpText.message(failed), failed);
    };
  }

  private void requireOpen() {
    McpException why = end.get();
    if (why != null) {
      throw new McpException(why.kind(), McpText.message(why), why);
    }
  }

  private void cancel(long id, String method) {
    // The protocol forbids to cancel the first request.
    if (isOpen() && !method.equals("initialize")) {
      JsonObject which = McpJson.with(McpJson.EMPTY, "requestId", JsonNumber.of(id));
      transport.send(
          message(
              "notifications/cancelled",
              McpJson.with(which, "reason", "nobody waits for the answer any more")));
    }
    transport.abandon(id);
  }

  @Override
  public void received(JsonObject message) {
    if (!isOpen()) {
      return; // what is still on its way
    }
    if (!gate.admits()) {
      ended(
          McpException.broken(
              "the MCP server floods: more than %s messages within %s; it was left"
                  .formatted(McpFloodGate.MOST, McpText.seconds(McpFloodGate.WINDOW))));
      transport.close();
      return;
    }
    Optional<String> method = McpJson.string(message, "method");
    Optional<JsonValue> id = message.get("id");
    if (method.isEmpty()) {
      answered(message);
    } else if (id.isPresent()) {
      asked(method.get(), id.get());
    } else if (method.get().equals("notifications/tools/list_changed")) {
      toolsChanged();
    }
  }

  private void answered(JsonObject message) {
    OptionalLong id = McpJson.id(message);
    CompletableFuture<JsonObject> answer = id.isPresent() ? waiting.remove(id.getAsLong()) : null;
    if (answer == null) {
      return; // of a request that was given up, or of none
    }
    Optional<JsonValue> error = McpJson.value(message, "error");
    if (error.isPresent()) {
      answer.completeExceptionally(new ToolException(McpText.error(error.get())));
    } else if (message.get("result").orElse(null) instanceof JsonObject result) {
      answer.complete(result);
    } else {
      answer.completeExceptionally(
          McpException.broken("the MCP server answered with neither a result nor an error"));
    }
  }

  private void asked(String method, JsonValue id) {
    JsonObject answer = McpJson.with(McpJson.with(McpJson.EMPTY, "jsonrpc", "2.0"), "id", id);
    if (method.equals("ping")) {
      transport.send(McpJson.with(answer, "result", McpJson.EMPTY));
      return;
    }
    JsonObject error = McpJson.with(McpJson.EMPTY, "code", JsonNumber.of(NO_SUCH_METHOD));
    transport.send(
        McpJson.with(answer, "error", McpJson.with(error, "message", "Method not found")));
  }

  @Override
  public void failed(long id, McpException why) {
    CompletableFuture<JsonObject> answer = waiting.remove(id);
    if (answer != null) {
      answer.completeExceptionally(why);
    }
  }

  @Override
  public void ended(McpException why) {
    if (end.compareAndSet(null, why)) {
      LOGGER.log(Level.DEBUG, () -> McpText.message(why));
    }
    Set.copyOf(waiting.keySet()).forEach(id -> failed(id, why));
  }

  @Override
  public void close() {
    ended(McpException.broken("the connection to the MCP server was closed"));
    transport.close();
  }

  private static JsonObject message(String method, JsonObject parameters) {
    JsonObject message = McpJson.with(McpJson.EMPTY, "jsonrpc", "2.0");
    message = McpJson.with(message, "method", method);
    return parameters.members().isEmpty() ? message : McpJson.with(message, "params", parameters);
  }

  /// The text of a message for the server.
  static String text(JsonObject message) {
    return Json.write(message);
  }
}
