package puna.cli;

import picocli.CommandLine.Option;

/// `--verbose`, `--help` and `--version`, which every command has.
final class VerboseOption {
  @Option(
      names = {"-v", "--verbose"},
      description = "Say more on standard error, and print stack traces of failures.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and leave.")
  private boolean help;

  boolean isOn() {
    return verbose;
  }
}
