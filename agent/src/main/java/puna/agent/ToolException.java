package puna.agent;

/// Thrown by a tool that cannot do what it was asked for. The message is for the model, which reads
/// it as the result and can try something else.
public final class ToolException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ToolException(String message) {
    super(message);
  }

  public ToolException(String message, Throwable cause) {
    super(message, cause);
  }
}
