package puna.cli.command;

/// What the `puna` process ends with, as `puna --help` lists it.
public final class ExitCodes {
  public static final int OK = 0;

  /// The command was understood and could not be carried out.
  public static final int FAILURE = 1;

  /// The command line itself was wrong.
  public static final int USAGE = 2;

  /// Ctrl-C: 128 and the number of SIGINT.
  static final int INTERRUPTED = 130;

  /// The reader of standard output went away: 128 and the number of SIGPIPE.
  public static final int CLOSED_OUTPUT = 141;

  private ExitCodes() {}
}
