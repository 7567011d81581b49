package puna.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import puna.cli.command.Progress;
import puna.cli.command.Settings;

/// The loggers of the `puna` process: a warning is one line on standard error that looks like the
/// command's own messages, where the JDK's would print two with a date and a method.
public final class LineLoggers extends System.LoggerFinder {
  private final PrintStream err =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  /// For `ServiceLoader`.
  public LineLoggers() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new LineLogger(name, Settings.isTerminal("err") ? Progress.CLEAR_LINE : "", err);
  }
}
