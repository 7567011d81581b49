package puna.agent;

/// A server, or the way to it, does not do what the protocol asks for. What a server refuses is a
/// [ToolException] instead.
final class McpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What a caller can do about it.
  enum Kind {
    /// Nothing, or ask again.
    BROKEN,
    /// Ask again with more time.
    TIMED_OUT,
    /// Open another session: the server has forgotten this one.
    SESSION_LOST
  }

  private final Kind kind;

  McpException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  McpException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static McpException broken(String message) {
    return new McpException(Kind.BROKEN, message);
  }

  Kind kind() {
    return kind;
  }
}
