package puna.server.jetty;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import puna.server.exchange.Exchange;

/// Jetty, set up so that each request has a virtual thread of its own.
public final class JettyServer {
  private static final int CARRIERS = 8; // of selectors and acceptors; requests do not run on them
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int SEND_BUFFER = 256 << 10; // so that a client that stalls is noticed

  private static final Logger LOG = System.getLogger("puna.server");

  private final Server server;
  private final ServerConnector connector;

  /// Answers requests.
  public interface Requests {
    /// Answers one; may block.
    void handle(Exchange exchange) throws IOException;

    /// Answers one that is refused here, before it could be handled; does not read its body, and
    /// does not block.
    ///
    /// @param reason in the words of the standard
    void refuse(Exchange exchange, int status, String reason) throws IOException;
  }

  /// Where and how it listens.
  ///
  /// @param port 0 for any that is free
  /// @param idle how long a client may neither send nor take anything that it should
  /// @param tls empty for none
  public record Setting(String host, int port, Duration idle, Optional<PemFiles> tls) {}

  /// @throws IOException when the certificate cannot be read
  public JettyServer(Setting setting, Requests requests) throws IOException {
    QueuedThreadPool threads = new QueuedThreadPool(CARRIERS, 2);
    threads.setName("puna-http");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("puna-call-"));
    server = new Server(threads);
    HttpConnectionFactory http = new HttpConnectionFactory(configuration());
    if (setting.tls().isEmpty()) {
      connector = new ServerConnector(server, 1, 1, http);
    } else {
      TlsFiles tls = new TlsFiles(setting.tls().get());
      connector = new ServerConnector(server, 1, 1, tls.connections(), http);
      connector.addBean(tls);
    }
    connector.setHost(setting.host());
    connector.setPort(setting.port());
    connector.setAcceptedSendBufferSize(SEND_BUFFER);
    connector.setIdleTimeout(setting.idle().toMillis());
    server.addConnector(connector);
    server.setHandler(new Calls(requests));
    server.setErrorHandler(new Refusals(requests));
  }

  /// Strictly by the standard: what can be read in two ways is refused. Paths are compared as they
  /// were sent, so that there is one way to read a slash in a model's name, and one twice.
  private static HttpConfiguration configuration() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MOST_HEADER_BYTES);
    http.setHttpCompliance(HttpCompliance.STRICT);
    http.setUriCompliance(
        UriCompliance.RFC3986.with(
            "PUNA",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
    return http;
  }

  private static final class Calls extends Handler.Abstract {
    private final Requests requests;

    Calls(Requests requests) {
      this.requests = requests;
    }

    @Override
    public boolean handle(
        org.eclipse.jetty.server.Request request, Response response, Callback callback) {
      try {
        JettyExchange exchange = new JettyExchange(request, response);
        requests.handle(exchange);
        if (exchange.hasResponded()) {
          callback.succeeded();
        } else { // left, or silent in the middle of its request
          callback.failed(new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408));
        }
      } catch (IOException | RuntimeException e) { // whatever it is, the connection is of no use
        callback.failed(e);
      }
      return true;
    }
  }

  /// Begins to listen.
  ///
  /// @throws IOException when it cannot, for example because the port is taken
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // declared by Jetty's life cycle
      throw new IOException(e);
    }
  }

  /// The port that it listens at.
  public int port() {
    return connector.getLocalPort();
  }

  /// Takes no more connections and closes all.
  public void stop() {
    try {
      server.stop();
    } catch (Exception e) { // declared by Jetty's life cycle: some connection did not end in time
      LOG.log(Level.DEBUG, "a connection was broken off", e);
    }
  }
}
