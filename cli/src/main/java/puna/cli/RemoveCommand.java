package puna.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.PunaCommand;
import puna.cli.command.Text;
import puna.hub.ModelStore;

/// `puna rm`: deletes models that were fetched.
@Command(name = "rm", description = "Delete models that were fetched, as 'puna models' lists them.")
final class RemoveCommand extends PunaCommand {
  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "What to delete.")
  private List<String> models = List.of();

  RemoveCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    for (String model : models) {
      long freed = ModelStore.standard().remove(model);
      console().err().println("%s: %s freed".formatted(Text.escaped(model), Text.bytes(freed)));
    }
    return ExitCodes.OK;
  }
}
