package puna.server.exchange;

import java.io.IOException;
import java.io.OutputStream;

/// One request and the way to answer it: what a web server must bring so that Puna's routes can be
/// mounted into it. Used by one thread, which may block; a virtual thread suits it.
public interface Exchange {
  /// The request.
  Request request();

  /// Begins the answer; called once at most.
  ///
  /// @param headers of the answer. Where `Content-Length` is not among them the body is a stream,
  ///   each part of which must be sent when the returned stream is flushed
  /// @return takes the body; its methods throw when the client has gone. Closing it ends the answer
  /// @throws IOException when the client has gone
  OutputStream respond(int status, Headers headers) throws IOException;

  /// Whether the client has gone already, as far as that can be told without writing to it. An
  /// answer that nobody waits for is not generated any further. Called a few times a second.
  default boolean isAbandoned() {
    return false;
  }
}
