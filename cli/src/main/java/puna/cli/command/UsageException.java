package puna.cli.command;

/// Options that do not go together, found out only when the command runs.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
