package puna.engine;

/// Why the engine stopped working on a request.
public enum Ending {
  /// An end-of-generation or stop token came.
  END_TOKEN,
  STOP_STRING,
  MAX_TOKENS,
  CONTEXT_FULL,
  /// Everything that was asked has been computed.
  COMPLETE,
  CANCELLED,
  /// The engine was closed first.
  CLOSED
}
