package puna.server.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import puna.error.AnswerInterruptedException;
import puna.error.JsonException;
import puna.error.ModelInterruptedException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.MalformedBodyException;
import puna.server.exchange.Request;
import puna.server.wire.Failure.Kind;

/// A request that is being answered: its body as fields, and its reply. Used by one thread.
public final class Call {
  private static final int CHUNK = 1 << 16;

  private final Exchange exchange;
  private final String id;
  private final Setting setting;
  private final CallRecord record = new CallRecord();
  private Headers headers;
  private boolean hasReplied;

  /// What a call comes with beside the request.
  ///
  /// @param dialect of its failures
  /// @param caller whose share of the engine it takes; empty for anybody's
  /// @param mostBytes that its body may have
  /// @param stopping whether the server is being stopped, so that models may be closed at any time
  public record Setting(Dialect dialect, String caller, long mostBytes, BooleanSupplier stopping) {}

  /// @param id of the request, for the log and the client
  /// @param headers that every answer to it has
  public Call(Exchange exchange, String id, Setting setting, Headers headers) {
    this.exchange = exchange;
    this.id = id;
    this.setting = setting;
    this.headers = headers;
  }

  /// The request.
  public Request request() {
    return exchange.request();
  }

  /// The request's id.
  public String id() {
    return id;
  }

  /// In whose words failures are told.
  public Dialect dialect() {
    return setting.dialect();
  }

  /// What an exception means to the client.
  public Failure failure(Throwable cause) {
    boolean isOfClosing =
        cause instanceof IllegalStateException
            || cause instanceof AnswerInterruptedException
            || cause instanceof ModelInterruptedException;
    return isOfClosing && isStopping() ? Failure.stopping() : Failures.of(cause);
  }

  /// Whose share of the engine it takes.
  public String caller() {
    return setting.caller();
  }

  /// What is known of it for the log and the metrics.
  public CallRecord record() {
    return record;
  }

  /// The fields of the body.
  ///
  /// @throws Failure when it is too large, no JSON, or no object
  public Fields fields() {
    return Fields.of(json());
  }

  /// The body as JSON.
  ///
  /// @throws Failure when it is too large, or no JSON
  public JsonValue json() {
    byte[] body = bytes();
    if (body.length == 0) {
      throw Failure.of(Kind.INVALID, "the request has no body: a JSON object is needed");
    }
    try {
      return Json.parse(body, "the request", Json.EqualKeys.LAST_COUNTS);
    } catch (JsonException e) {
      throw Failure.of(Kind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  /// The body.
  ///
  /// @throws Failure when it is too large
  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream body = request().body();
      for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
        if (all.size() + (long) count > setting.mostBytes()) {
          throw Failure.of(
              Kind.TOO_LARGE,
              "the request's body may have at most %s bytes".formatted(setting.mostBytes()));
        }
        all.write(chunk, 0, count);
      }
    } catch (MalformedBodyException e) {
      throw Failure.of(Kind.INVALID, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new AbandonedException(e);
    }
    return all.toByteArray();
  }

  /// Whether the reply has begun, so that its status stands.
  public boolean hasReplied() {
    return hasReplied;
  }

  /// Adds a header to the reply, which must not have begun.
  public void header(String name, String value) {
    headers = headers.with(name, value);
  }

  /// Replies with a JSON value.
  public void reply(int status, JsonValue body) {
    reply(status, "application/json", Json.write(body).getBytes(StandardCharsets.UTF_8));
  }

  /// Replies with a body of that type.
  public void reply(int status, String contentType, byte[] body) {
    header("Content-Type", contentType);
    header("Content-Length", Integer.toString(body.length));
    try (OutputStream out = begin(status)) {
      if (!request().method().equals("HEAD")) {
        out.write(body);
      }
    } catch (IOException e) {
      throw new AbandonedException(e);
    }
  }

  OutputStream begin(int status) throws IOException {
    if (hasReplied) {
      throw new IllegalStateException("a reply has begun already");
    }
    hasReplied = true;
    record.status(status);
    return exchange.respond(status, headers);
  }

  /// Whether the server is being stopped.
  public boolean isStopping() {
    return setting.stopping().getAsBoolean();
  }

  /// Goes on only where somebody waits for the answer.
  ///
  /// @throws AbandonedException when the client has gone
  public void requirePresent() {
    if (exchange.isAbandoned()) {
      throw new AbandonedException();
    }
  }
}
