package puna.server.jetty;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/// TLS by a certificate that is read again when its files change, so that a new one needs no
/// restart. While the new files are not whole yet the old certificate stays.
final class TlsFiles extends AbstractLifeCycle {
  private static final Logger LOG = System.getLogger("puna.server");
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final PemFiles files;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private String state;
  private @Nullable Thread looking;

  /// @throws IOException when the files cannot be read
  TlsFiles(PemFiles files) throws IOException {
    this.files = files;
    state = files.state();
    context.setKeyStore(files.keyStore());
    context.setKeyStorePassword(PemFiles.PASSWORD);
    context.setIncludeProtocols("TLSv1.2", "TLSv1.3");
  }

  SslConnectionFactory connections() {
    return new SslConnectionFactory(context, "http/1.1");
  }

  @Override
  protected void doStart() {
    looking = Thread.ofVirtual().name("puna-tls").start(this::look);
  }

  @Override
  protected void doStop() {
    if (looking != null) {
      looking.interrupt();
    }
  }

  private void look() {
    while (isStarting() || isRunning()) {
      try {
        Thread.sleep(LOOK);
        String now = now();
        if (!now.equals(state)) {
          state = now; // what is wrong with it is said once
          read();
        }
      } catch (InterruptedException e) {
        return; // the server is being stopped
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the certificate stays as it is: " + e.getMessage());
      }
    }
  }

  private String now() {
    try {
      return files.state();
    } catch (IOException e) {
      return String.valueOf(e.getMessage()); // it is told by whoever reads the file
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
