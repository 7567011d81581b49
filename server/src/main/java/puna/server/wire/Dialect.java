package puna.server.wire;

import puna.json.JsonValue;

/// In whose words failures are told: each API has its own.
public interface Dialect {
  /// Its name, for the log and the metrics.
  String name();

  /// The HTTP status of a failure.
  default int status(Failure failure) {
    return failure.kind().status();
  }

  /// The body of a failure.
  ///
  /// @param call that failed
  JsonValue body(Failure failure, Call call);

  /// The header that tells the request's id.
  default String idHeader() {
    return "x-request-id";
  }
}
