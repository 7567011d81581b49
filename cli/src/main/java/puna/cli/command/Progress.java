package puna.cli.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// A line on standard error that says how far a long task is. It shows itself only on a terminal,
/// only after a second, and takes itself away at the end.
public final class Progress implements AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long INTERVAL_NANOS = 100_000_000L;
  public static final String CLEAR_LINE = "\r\u001B[K";

  private final PrintStream err;
  private final boolean isTerminal;
  private final LongSupplier clock;
  private final long start;
  private long lastShown;
  private boolean shown;

  public Progress(Console console) {
    this(console, System::nanoTime);
  }

  public Progress(Console console, LongSupplier clock) {
    this.err = console.err();
    this.isTerminal = console.errIsTerminal();
    this.clock = clock;
    this.start = clock.getAsLong();
    this.lastShown = start;
  }

  /// Says that `done` of `total` units of `task` are done.
  public void update(String task, long done, long total) {
    long percent = total <= 0 ? 0 : Math.min(100, done * 100 / total);
    say(() -> String.format(Locale.ROOT, "%s: %d %%", task, percent));
  }

  /// Says a line, if one is due.
  synchronized void say(Supplier<String> line) {
    long now = clock.getAsLong();
    if (!isTerminal || now - start < PATIENCE_NANOS || now - lastShown < INTERVAL_NANOS) {
      return;
    }
    lastShown = now;
    shown = true;
    err.print(CLEAR_LINE + line.get());
    err.flush();
  }

  @Override
  public synchronized void close() {
    if (shown) {
      err.print(CLEAR_LINE);
      err.flush();
      shown = false;
    }
  }
}
