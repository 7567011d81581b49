package puna.error;

/// A text is not JSON, or a JSON value does not have the expected form. The message says where: a
/// line and column, or a path such as `$.items[2].name`.
public final class JsonException extends PunaException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }

  public JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
