package puna.cli;

/// What the `puna` process ends with, as `puna --help` lists it.
final class ExitCodes {
  static final int OK = 0;

  /// The command was understood and could not be carried out.
  static final int FAILURE = 1;

  /// The command line itself was wrong.
  static final int USAGE = 2;

  /// Ctrl-C: 128 and the number of SIGINT.
  static final int INTERRUPTED = 130;

  /// The reader of standard output went away: 128 and the number of SIGPIPE.
  static final int CLOSED_OUTPUT = 141;

  private ExitCodes() {}
}
