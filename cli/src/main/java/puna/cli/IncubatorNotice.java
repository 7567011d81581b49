package puna.cli;

import puna.cli.command.Console;
import puna.cli.command.Settings;

/// The line `WARNING: Using incubator modules: jdk.incubator.vector`, which the JVM prints before
/// `main` where the Vector API's tier is asked for, and has no switch for. It tells a user of Puna
/// nothing.
final class IncubatorNotice {
  private static final String UP_AND_CLEAR_LINE = "\u001B[1A\u001B[2K";
  private static final int WIDTH = 56;

  private IncubatorNotice() {}

  /// Takes the line away again, where standard error is a terminal and the line is there, and fits
  /// into one.
  static void erase(Console console) {
    if (console.errIsTerminal()
        && Settings.columns().orElse(WIDTH) >= WIDTH
        && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      console.err().print(UP_AND_CLEAR_LINE);
      console.err().flush();
    }
  }
}
