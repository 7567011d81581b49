package puna.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.Fetching;
import puna.cli.command.PunaCommand;
import puna.hub.ModelStore;

/// `puna pull`: fetches models.
@Command(
    name = "pull",
    description = {
      "Fetch models, or what has changed of them, and print their files.",
      "",
      "MODEL is hf.co/USER/REPOSITORY, with :QUANT (such as :Q4_K_M, which is taken where none is"
          + " named) and @REVISION behind it if wanted, or the https address of a GGUF file. What was"
          + " cut off goes on where it was. HF_TOKEN is for repositories that want to know who asks.",
      "'puna models --recommended' names some."
    })
final class PullCommand extends PunaCommand {
  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "What to fetch.")
  private List<String> models = List.of();

  PullCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    for (String model : models) {
      console().out().println(Fetching.pull(console(), ModelStore.standard(), model).toString());
    }
    return ExitCodes.OK;
  }
}
