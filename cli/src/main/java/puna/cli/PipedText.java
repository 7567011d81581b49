package puna.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import puna.cli.command.Console;
import puna.cli.command.Settings;

/// What comes through standard input beside a text that stands in the command line.
///
/// A pipe may stay open for ever without a byte in it (a service, `ssh`), and a command that has
/// its text must not wait for that. So it counts where its first byte is there soon after the
/// start; then it is read to its end.
final class PipedText {
  private static final long PATIENCE_MILLIS = 300;
  private static final long STEP_MILLIS = 10;

  private PipedText() {}

  /// Whether there is something, or will be in a moment.
  static boolean isComing(Console console) {
    if (console.inIsTerminal()) {
      return false;
    }
    boolean mayCome = console.in() instanceof FileInputStream && Settings.inputIsPipe();
    long end = System.nanoTime() + (mayCome ? PATIENCE_MILLIS * 1_000_000 : 0);
    while (!isThere(console.in())) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /// Whether there is something that nobody has read.
  static boolean isUnread(Console console) {
    return !console.inIsTerminal() && isThere(console.in());
  }

  private static boolean isThere(InputStream in) {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      return false; // a stream that cannot say, such as a folder
    }
  }
}
