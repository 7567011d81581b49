package puna.agent;

/// What a tool cannot do, in words for the model.
public final class ToolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ToolException(String message) {
    super(message);
  }

  public ToolException(String message, Throwable cause) {
    super(message, cause);
  }
}
