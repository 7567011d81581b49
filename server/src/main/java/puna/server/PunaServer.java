package puna.server;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import puna.server.exchange.Exchange;
import puna.server.guard.Doorway;
import puna.server.jetty.JettyServer;
import puna.server.jetty.PemFiles;
import puna.server.models.Models;

/// A running server.
public final class PunaServer implements AutoCloseable {
  private final JettyServer jetty;
  private final PunaHandler handler;
  private final Models models;
  private final ServerOptions options;
  private final ReentrantLock closing = new ReentrantLock();
  private boolean isClosed;

  private PunaServer(JettyServer jetty, PunaHandler handler, Models models, ServerOptions options) {
    this.jetty = jetty;
    this.handler = handler;
    this.models = models;
    this.options = options;
  }

  /// Begins to listen. Models are loaded when they are asked for.
  ///
  /// @param models closed with the server
  /// @throws IOException when it cannot listen there, for example because the port is taken, or the
  ///   certificate cannot be read
  public static PunaServer start(Models models, ServerOptions options) throws IOException {
    PunaHandler handler = new PunaHandler(models, options);
    JettyServer jetty =
        new JettyServer(
            new JettyServer.Setting(
                options.host(),
                options.port(),
                options.slowReader(),
                options.tls().map(tls -> new PemFiles(tls.certificate(), tls.key()))),
            requests(handler));
    jetty.start();
    return new PunaServer(jetty, handler, models, options);
  }

  private static JettyServer.Requests requests(PunaHandler handler) {
    return new JettyServer.Requests() {
      @Override
      public void handle(Exchange exchange) throws IOException {
        handler.handle(exchange);
      }

      @Override
      public void refuse(Exchange exchange, int status, String reason) {
        handler.refuse(exchange, status, reason);
      }
    };
  }

  /// The port that it listens at.
  public int port() {
    return jetty.port();
  }

  /// Stops the server: new requests are refused, running answers may go on for a while
  /// ([ServerOptions#withStopTimeout]), whoever waits after that is told, and the models are
  /// closed.
  @Override
  public void close() {
    closing.lock(); // whoever comes second waits until it is done
    try {
      if (!isClosed) {
        isClosed = true;
        stop();
      }
    } finally {
      closing.unlock();
    }
  }

  /// Who is inside: for whoever must know how far a stop has come.
  Doorway doorway() {
    return handler.doorway();
  }

  private void stop() {
    handler.doorway().close();
    try {
      boolean isEmpty = handler.doorway().awaitEmpty(options.stop());
      models.close(); // what still runs is cancelled, and its client is told
      if (!isEmpty) {
        boolean _ = handler.doorway().awaitEmpty(LAST_WORDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      models.close();
    }
    jetty.stop();
  }

  /// How long the replies may take that tell of the end.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
}
