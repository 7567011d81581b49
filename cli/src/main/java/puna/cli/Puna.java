package puna.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import puna.cli.bench.BenchCommand;
import puna.cli.command.ClosedOutputException;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.Screen;
import puna.cli.command.Settings;
import puna.cli.command.UsageException;

/// The `puna` command: reads the command line, runs one of its subcommands, ends with an exit code.
@Command(
    name = "puna",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "",
      "Puna runs Llama models on this machine. Nothing leaves it, and nothing is downloaded unless you"
          + " name a model to fetch: a small one, SmolLM2-135M-Instruct, comes with it."
    },
    customSynopsis = "puna COMMAND [OPTIONS]",
    descriptionHeading = "",
    synopsisHeading = "Usage: ",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  puna chat                                       talk with the model; Ctrl-D leaves",
      "  puna generate \"What is the capital of France?\"  get one answer",
      "  git diff | puna generate --system \"Describe this change in one line.\"",
      "  puna generate --raw --temperature 0 --max-tokens 64 \"Once upon a time\"",
      "  puna chat -m ~/models/Llama-3.2-1B-Instruct-Q4_0.gguf    use a GGUF file of your own",
      "  puna serve                                      serve models over HTTP",
      "  puna models                                     list the models that need no path",
      "  puna models --recommended                       list good models to fetch",
      "  puna COMMAND --help                             explain a command and all its options",
      "",
      "Standard output carries results only; messages go to standard error.",
      "",
      "Text is UTF-8 in arguments, files and pipes, whatever the locale. Text that begins with - goes"
          + " behind --, which ends the options.",
      "",
      "Exit codes:",
      "    0  done",
      "    1  failed: one line on standard error says why (--verbose adds a stack trace)",
      "    2  wrong command line",
      "  129  ended by SIGHUP: the terminal was closed",
      "  130  interrupted with Ctrl-C (SIGINT)",
      "  141  the reader of standard output went away",
      "  143  ended by SIGTERM",
      "",
      "Environment:",
      "  PUNA_HOME          the folder for models, history and the cache for fast starts (default: puna"
          + " in XDG_CACHE_HOME, or in .cache of HOME)",
      "  PUNA_OFFLINE       1: fetch nothing, as --offline; HF_HUB_OFFLINE does the same",
      "  HF_TOKEN           your token at the hub, for models that want to know who asks",
      "  HF_ENDPOINT        another hub than https://huggingface.co",
      "  HTTPS_PROXY        the proxy for what is fetched; NO_PROXY excepts hosts",
      "  PUNA_JAVA_OPTIONS  options for the JVM, such as -Xmx4g",
      "  JAVA_HOME          the Java that is used, if it is 25 or newer",
      "  NO_COLOR           anything: no colours; TERM=dumb: none, and no escape sequences"
    })
final class Puna {
  private static final String[] HELP = {"--help"};
  private static final String HELP_COMMAND = "help";
  private static final String SERVE = "serve";

  /// By name, in the order of the help.
  static final SequencedMap<String, Function<Console, Object>> COMMANDS = commands();

  private Puna() {}

  public static void main(String[] args) {
    Console console = Console.system();
    IncubatorNotice.erase(console);
    System.exit(runProcess(console, args));
  }

  /// Runs the command line of the process.
  private static int runProcess(Console console, String[] args) {
    try {
      return run(console, Arguments.read(args));
    } catch (UsageException e) {
      return new ErrorReport(console.err()).wrongArguments(e);
    }
  }

  /// Runs one command line.
  ///
  /// @return the exit code
  static int run(Console console, String... args) {
    ErrorReport errors = new ErrorReport(console.err());
    try {
      CommandLine puna = commandLine(console, errors, args);
      int code = puna.execute(complete(puna, args));
      console.out().flush();
      return code;
    } catch (UsageException e) {
      return errors.wrongArguments(e);
    } catch (ClosedOutputException e) {
      return ExitCodes.CLOSED_OUTPUT;
    } catch (CommandException e) {
      return errors.unwritable(e);
    } catch (Error e) {
      return errors.broken(e);
    }
  }

  /// The arguments with what the environment and a file add to them.
  private static String[] complete(CommandLine puna, String[] args) {
    if (args.length == 0) {
      return HELP;
    }
    CommandLine serve = puna.getSubcommands().get(SERVE);
    return args[0].equals(SERVE) && serve != null
        ? ServeArguments.complete(
            serve.getCommandSpec(), args, Settings.variables(ServeArguments.PREFIX))
        : args;
  }

  private static SequencedMap<String, Function<Console, Object>> commands() {
    SequencedMap<String, Function<Console, Object>> commands = new LinkedHashMap<>();
    commands.put("chat", ChatCommand::new);
    commands.put("generate", GenerateCommand::new);
    commands.put(SERVE, ServeCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("info", InfoCommand::new);
    commands.put("models", ModelsCommand::new);
    commands.put("pull", PullCommand::new);
    commands.put("rm", RemoveCommand::new);
    commands.put("tokenize", TokenizeCommand::new);
    commands.put("detokenize", DetokenizeCommand::new);
    commands.put("template", TemplateCommand::new);
    commands.put("grammar", GrammarCommand::new);
    commands.put("calls", CallsCommand::new);
    commands.put("embed", EmbedCommand::new);
    commands.put("rerank", RerankCommand::new);
    commands.put("perplexity", PerplexityCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("aot", AotCommand::new);
    commands.put(HELP_COMMAND, _ -> new CommandLine.HelpCommand());
    return commands;
  }

  private static CommandLine commandLine(Console console, ErrorReport errors, String[] arguments) {
    Screen screen = Screen.system();
    CommandLine puna = new CommandLine(new Puna());
    // To make a command and all its options takes longer than to run some: only the one that is
    // wanted is made. Help knows them all.
    String first = arguments.length == 0 ? HELP_COMMAND : arguments[0];
    Stream<Function<Console, Object>> wanted =
        COMMANDS.containsKey(first) && !first.equals(HELP_COMMAND)
            ? Stream.of(COMMANDS.get(first))
            : COMMANDS.values().stream();
    wanted.forEach(command -> puna.addSubcommand(command.apply(console)));
    return puna.setOut(new PrintWriter(new OutputWriter(console.out()), true))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(screen.textWidth())
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                screen.hasColours(Screen.Colours.AUTO)
                    ? CommandLine.Help.Ansi.ON
                    : CommandLine.Help.Ansi.OFF))
        .setExpandAtFiles(false) // text is text: @ is no name of a file
        .setParameterExceptionHandler((failure, _) -> errors.usage(failure))
        .setExecutionExceptionHandler(
            (failure, command, result) -> errors.failure(failure, command));
  }
}
