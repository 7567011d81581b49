package puna.cli;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import puna.cli.command.ClosedOutputException;
import puna.cli.command.CommandException;
import puna.cli.command.ExitCodes;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.error.ModelReadException;

/// Failures as one line that says what happened and what to do; the stack trace only on request.
final class ErrorReport {
  private final PrintStream err;

  ErrorReport(PrintStream err) {
    this.err = err;
  }

  /// Reports a command that failed.
  ///
  /// @return the exit code
  int failure(Exception failure, CommandLine command) {
    if (failure instanceof ClosedOutputException) {
      return ExitCodes.CLOSED_OUTPUT;
    }
    err.println("puna: " + describe(failure));
    if (isVerbose(command)) {
      failure.printStackTrace(err);
    }
    return failure instanceof UsageException ? ExitCodes.USAGE : ExitCodes.FAILURE;
  }

  /// Reports a command line that is no command of Puna.
  ///
  /// @return the exit code
  int usage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    err.println(
        "puna: " + Mistakes.message(failure).map(Text::escaped).orElseGet(() -> message(failure)));
    List<String> meant = Mistakes.meant(failure);
    if (!meant.isEmpty()) {
      err.println("Did you mean: " + String.join(" or ", meant) + "?");
      return ExitCodes.USAGE;
    }
    String name = command.getCommandSpec().qualifiedName();
    if (Mistakes.isTextWithDash(failure)) {
      err.println(
          "Text that begins with - goes behind --, which ends the options: " + name + " -- TEXT");
    }
    err.println("Try '" + name + " --help'.");
    return ExitCodes.USAGE;
  }

  /// Reports arguments that are no text.
  ///
  /// @return the exit code
  int wrongArguments(UsageException failure) {
    err.println("puna: " + message(failure));
    return ExitCodes.USAGE;
  }

  /// Reports output that could not be written at the very end.
  ///
  /// @return the exit code
  int unwritable(CommandException failure) {
    err.println("puna: " + describe(failure));
    return ExitCodes.FAILURE;
  }

  /// Reports what no command can go on from.
  ///
  /// @return the exit code
  int broken(Error error) {
    String cause =
        switch (error) {
          case OutOfMemoryError _ -> "out of memory: use a smaller model or a smaller --context";
          case StackOverflowError _ ->
              "the input is nested too deeply (PUNA_JAVA_OPTIONS=-Xss8m allows more)";
          case LinkageError _ ->
              "a class cannot be loaded: %s; was Puna built anew while it ran? Start it again"
                  .formatted(error);
          case InternalError _ -> "the JVM failed, or a file changed while it was read: " + error;
          default -> error.toString();
        };
    err.println("puna: " + oneLine(cause));
    return ExitCodes.FAILURE;
  }

  static String describe(Throwable failure) {
    return switch (failure) {
      case ModelReadException unreadable -> message(unreadable);
      case UncheckedIOException unchecked ->
          unchecked.getCause() == null ? message(unchecked) : describe(unchecked.getCause());
      case NoSuchFileException missing -> oneLine(missing.getFile() + ": no such file");
      case AccessDeniedException denied -> oneLine(denied.getFile() + ": permission denied");
      case NotDirectoryException file -> oneLine(file.getFile() + ": not a folder");
      default -> message(failure);
    };
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + " (run again with --verbose for the details)"
        : oneLine(message);
  }

  private static String oneLine(String message) {
    return Text.escaped(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  private static boolean isVerbose(CommandLine command) {
    return command.getCommandSpec().findOption("--verbose") != null
        && Boolean.TRUE.equals(command.getCommandSpec().findOption("--verbose").getValue());
  }
}
