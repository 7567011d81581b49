package puna.server.wire;

/// Is told of calls: for logs and metrics.
public interface CallListener {
  /// A request has come.
  default void began(Call call) {}

  /// Its reply is over.
  ///
  /// @param nanos that it took
  void ended(Call call, long nanos);
}
