package puna.server.wire;

/// The client has gone: whatever was made for it is made for nobody.
public final class AbandonedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AbandonedException() {
    super("the client has gone");
  }

  public AbandonedException(Throwable cause) {
    super("the client has gone", cause);
  }
}
