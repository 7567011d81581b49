package puna.error;

/// A model cannot be fetched: no network, no permission, no room, or an answer that cannot be
/// right. The message is one line that says what to do; it never holds a token.
public final class ModelDownloadException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelDownloadException(String message) {
    super(message);
  }

  public ModelDownloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
