package puna.cli;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
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
    err.println("puna: " + usageMessage(failure));
    if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCodes.USAGE;
  }

  /// Reports output that could not be written at the very end.
  ///
  /// @return the exit code
  int unwritable(CommandException failure) {
    err.println("puna: " + describe(failure));
    return ExitCodes.FAILURE;
  }

  int outOfMemory() {
    err.println("puna: out of memory: use a smaller model or a smaller --context");
    return ExitCodes.FAILURE;
  }

  private static String usageMessage(ParameterException failure) {
    boolean isCommand = failure.getCommandLine().getParent() == null;
    return isCommand
            && failure instanceof UnmatchedArgumentException unmatched
            && !unmatched.getUnmatched().getFirst().startsWith("-")
        ? "there is no command '" + unmatched.getUnmatched().getFirst() + "'"
        : message(failure);
  }

  static String describe(Throwable failure) {
    return switch (failure) {
      case ModelReadException unreadable -> message(unreadable);
      case UncheckedIOException unchecked ->
          unchecked.getCause() == null ? message(unchecked) : describe(unchecked.getCause());
      case NoSuchFileException missing -> missing.getFile() + ": no such file";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NotDirectoryException file -> file.getFile() + ": not a folder";
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
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean isVerbose(CommandLine command) {
    return command.getCommandSpec().findOption("--verbose") != null
        && Boolean.TRUE.equals(command.getCommandSpec().findOption("--verbose").getValue());
  }
}
