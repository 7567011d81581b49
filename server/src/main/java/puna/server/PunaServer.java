package puna.server;

import java.io.IOException;
import puna.server.jetty.JettyServer;
import puna.server.models.Models;

/// A running server.
public final class PunaServer implements AutoCloseable {
  private final JettyServer jetty;

  private PunaServer(JettyServer jetty) {
    this.jetty = jetty;
  }

  /// Begins to listen. Models are loaded when they are asked for.
  ///
  /// @param models not closed by the server
  /// @throws IOException when it cannot listen there, for example because the port is taken
  public static PunaServer start(Models models, ServerOptions options) throws IOException {
    PunaHandler handler = new PunaHandler(models, options);
    JettyServer jetty = new JettyServer(options.host(), options.port(), handler::handle);
    jetty.start();
    return new PunaServer(jetty);
  }

  /// The port that it listens at.
  public int port() {
    return jetty.port();
  }

  /// Stops listening. Whoever waits for an answer is told.
  @Override
  public void close() {
    try {
      jetty.stop();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the server did not stop", e);
    }
  }
}
