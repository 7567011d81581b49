package puna.cli;

/// Options that do not go together, found out only when the command runs.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
