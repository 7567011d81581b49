package puna.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;

/// Opens class-path resources.
final class Resources {
  private Resources() {}

  static InputStream open(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    // A cached connection would keep the archive open after the stream is closed.
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
