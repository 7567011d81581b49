package puna.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/// What every command has: the console, `--verbose` and `--help`.
public abstract class PunaCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on standard error, and print stack traces of failures.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and leave.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  public PunaCommand(Console console) {
    this.console = console;
  }

  public Console console() {
    return console;
  }

  public boolean isVerbose() {
    return verbose;
  }
}
