package puna.engine;

/// Why the engine stopped working on a request.
public enum Ending {
  /// An end-of-generation or stop token came.
  END_TOKEN,
  STOP_STRING,
  /// A line that is indented too little began.
  INDENTATION,
  MAX_TOKENS,
  CONTEXT_FULL,
  /// The mask admits no further token.
  GRAMMAR_COMPLETE,
  /// Everything that was asked has been computed.
  COMPLETE,
  /// The time that the request had is over.
  DEADLINE,
  CANCELLED,
  /// The engine was closed first.
  CLOSED
}
