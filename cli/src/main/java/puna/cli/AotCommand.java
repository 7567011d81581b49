package puna.cli;

import picocli.CommandLine.Command;
import puna.cli.command.Console;
import puna.cli.command.PunaCommand;
import puna.cli.command.UsageException;

/// `puna aot`: prepares faster starts. The work is the launcher's, which starts the JVM that makes
/// the cache; this class gives it its place in the help.
@Command(
    name = "aot",
    description = "Prepare faster starts: make the JVM's ahead-of-time cache anew.")
final class AotCommand extends PunaCommand {
  AotCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    throw new UsageException("'aot' is done by the script 'puna' and takes no options");
  }
}
