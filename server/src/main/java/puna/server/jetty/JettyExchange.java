package puna.server.jetty;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.MalformedBodyException;
import puna.server.exchange.Request;

/// A request as Jetty brings it.
final class JettyExchange implements Exchange {
  private static final int PEEK = 4096;

  private final org.eclipse.jetty.server.Request request;
  private final Response response;
  private final Request told;
  private boolean isGone;
  private boolean hasResponded;

  JettyExchange(org.eclipse.jetty.server.Request request, Response response) {
    this.request = request;
    this.response = response;
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpField field : request.getHeaders()) {
      headers
          .computeIfAbsent(field.getName(), name -> new ArrayList<>())
          .add(field.getValue() == null ? "" : field.getValue());
    }
    String query = request.getHttpURI().getQuery();
    this.told =
        new Request(
            request.getMethod(),
            String.valueOf(request.getHttpURI().getPath()),
            query == null ? "" : query,
            Headers.of(headers),
            new Body(Content.Source.asInputStream(request)),
            org.eclipse.jetty.server.Request.getRemoteAddr(request));
  }

  /// Tells bodies that are malformed from those of clients that have gone.
  private static final class Body extends FilterInputStream {
    Body(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw told(e);
      }
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      try {
        return in.read(bytes, from, count);
      } catch (IOException e) {
        throw told(e);
      }
    }

    private static IOException told(IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof HttpException wrong) {
          return new MalformedBodyException("the body is malformed: " + wrong.getReason(), e);
        }
      }
      return e;
    }
  }

  /// Whether its answer has begun.
  boolean hasResponded() {
    return hasResponded;
  }

  @Override
  public Request request() {
    return told;
  }

  @Override
  public OutputStream respond(int status, Headers headers) {
    hasResponded = true;
    response.setStatus(status);
    headers.forEach((name, value) -> response.getHeaders().put(name, value));
    return new Reply(Content.Sink.asOutputStream(response));
  }

  /// Jetty sends each write at once; what it does at a flush is of use for headers without a body.
  private static final class Reply extends FilterOutputStream {
    private boolean hasBegun;

    Reply(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      hasBegun = true;
      out.write(bytes, from, count);
    }

    @Override
    public void flush() throws IOException {
      if (!hasBegun) {
        hasBegun = true;
        out.flush();
      }
    }
  }

  /// Jetty looks at a connection only when the handler reads or writes, so that a client that
  /// leaves in silence is looked for here: the end of its stream is read. What else comes, the
  /// beginning of a next request, is put back.
  @Override
  public boolean isAbandoned() {
    Connection connection = request.getConnectionMetaData().getConnection();
    if (isGone || !(connection instanceof Connection.UpgradeTo next)) {
      return isGone;
    }
    EndPoint endPoint = connection.getEndPoint();
    ByteBuffer buffer = ByteBuffer.allocate(PEEK).flip();
    try {
      isGone = !endPoint.isOpen() || endPoint.fill(buffer) < 0;
    } catch (IOException e) {
      isGone = true;
    }
    if (buffer.hasRemaining()) {
      next.onUpgradeTo(buffer);
    }
    return isGone;
  }
}
