package puna.hub.net;

import java.net.URI;
import java.util.Optional;

/// Where redirects led to, so that each piece need not be asked for at the hub again. Such
/// addresses are signed and end after a while.
final class RemoteLocation {
  private volatile Optional<URI> known = Optional.empty();

  Optional<URI> known() {
    return known;
  }

  void learn(URI uri) {
    known = Optional.of(uri);
  }

  void forget() {
    known = Optional.empty();
  }
}
