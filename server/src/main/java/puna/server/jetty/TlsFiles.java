package puna.server.jetty;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// TLS by a certificate that is read again when its files change, so that a new one needs no
/// restart. While the new files are not whole yet the old certificate stays.
final class TlsFiles extends AbstractLifeCycle {
  private static final Logger LOG = System.getLogger("puna.server");
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final PemFiles files;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private long changed;

  /// @throws IOException when the files cannot be read
  TlsFiles(PemFiles files) throws IOException {
    this.files = files;
    changed = files.changed();
    context.setKeyStore(files.keyStore());
    context.setKeyStorePassword(PemFiles.PASSWORD);
    context.setIncludeProtocols("TLSv1.2", "TLSv1.3");
  }

  SslConnectionFactory connections() {
    return new SslConnectionFactory(context, "http/1.1");
  }

  @Override
  protected void doStart() {
    Thread _ = Thread.ofVirtual().name("puna-tls").start(this::look);
  }

  private void look() {
    while (isStarting() || isRunning()) {
      try {
        Thread.sleep(LOOK);
        long now = files.changed();
        if (now != changed) {
          read();
          changed = now;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the certificate stays as it is: " + e.getMessage());
      }
    }
  }

  private void read() throws IOException {
    var store = files.keyStore();
    try {
      context.reload(factory -> factory.setKeyStore(store));
      LOG.log(Level.INFO, "the certificate was read again");
    } catch (Exception e) { // declared by Jetty
      throw new IOException("it cannot be used: " + e.getMessage(), e);
    }
  }
}
