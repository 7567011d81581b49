package puna.server.jetty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;

/// What Jetty refuses by itself, such as a target that is no URI: told as everything else is, since
/// clients can read nothing but their own dialect.
final class Refusals implements org.eclipse.jetty.server.Request.Handler {
  /// What Jetty writes in place of a target that it could not read.
  private static final Set<String> NO_PATHS = Set.of("/badRequest", "/badMessage");

  private final JettyServer.Requests requests;

  Refusals(JettyServer.Requests requests) {
    this.requests = requests;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request, Response response, Callback callback)
      throws IOException {
    int code =
        request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer status
            ? status
            : response.getStatus();
    Object reason = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    Refusal refusal = new Refusal(asFarAsRead(new JettyExchange(request, response).request()));
    requests.refuse(
        refusal, code, reason instanceof String text ? text : HttpStatus.getMessage(code));
    response.setStatus(refusal.status);
    refusal.headers.forEach((name, value) -> response.getHeaders().put(name, value));
    response.write(true, ByteBuffer.wrap(refusal.body.toByteArray()), callback);
    return true;
  }

  /// Without a path where there is none that could be read.
  private static Request asFarAsRead(Request request) {
    return NO_PATHS.contains(request.path())
        ? new Request(
            request.method(),
            "",
            request.query(),
            request.headers(),
            request.body(),
            request.remote())
        : request;
  }

  /// Keeps its answer: a client that does not read must not hold the thread that refuses it.
  private static final class Refusal implements Exchange {
    private final Request request;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Headers headers = Headers.none();
    private int status;

    Refusal(Request request) {
      this.request = request;
    }

    @Override
    public Request request() {
      return request;
    }

    @Override
    public OutputStream respond(int status, Headers headers) {
      this.status = status;
      this.headers = headers;
      return body;
    }
  }
}
