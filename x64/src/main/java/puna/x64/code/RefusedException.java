package puna.x64.code;

/// The system or the processor refuses what machine code needs.
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public RefusedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  public RefusedException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /// What is refused, for people.
  public String reason() {
    return reason;
  }
}
