package puna.json;

/// Text that is not the JSON it should be. The message names the origin, the line and column, and
/// what was found there.
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }

  public JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
