package puna.cli;

/// The person at the terminal stopped what goes on.
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoppedException() {
    super("stopped");
  }
}
