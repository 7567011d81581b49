package puna.error;

/// Text that is not JSON, or JSON that is not what was asked for. The message names the place.
public final class JsonException extends PunaException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }

  public JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
