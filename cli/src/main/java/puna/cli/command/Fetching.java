package puna.cli.command;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.LongSupplier;
import puna.hub.ModelStore;
import puna.hub.TransferProgress;

/// Says how far a model has come that is being fetched, how fast it comes, and when it will be
/// here.
public final class Fetching implements TransferProgress, AutoCloseable {
  private static final long SAMPLE_NANOS = 1_000_000_000L;
  private static final int SAMPLES = 10; // the rate is that of so many seconds
  private static final double NANOS = 1e9;

  private final Progress progress;
  private final String name;
  private final LongSupplier clock;
  private final Deque<Sample> samples = new ArrayDeque<>();

  /// How many bytes were here when.
  private record Sample(long nanos, long done) {}

  private Fetching(Console console, String name) {
    this(new Progress(console), name, System::nanoTime);
  }

  public Fetching(Progress progress, String name, LongSupplier clock) {
    this.progress = progress;
    this.name = name;
    this.clock = clock;
  }

  public static Path resolve(Console console, ModelStore store, String reference) {
    try (Fetching fetching = new Fetching(console, reference)) {
      return store.resolve(reference, fetching);
    }
  }

  public static Path pull(Console console, ModelStore store, String reference) {
    try (Fetching fetching = new Fetching(console, reference)) {
      return store.pull(reference, fetching);
    }
  }

  @Override
  public synchronized void report(long done, long total) {
    long now = clock.getAsLong();
    Sample last = samples.peekLast();
    if (last != null && done < last.done) {
      samples.clear(); // it began again
    }
    if (samples.isEmpty() || now - samples.getLast().nanos >= SAMPLE_NANOS) {
      samples.addLast(new Sample(now, done));
    }
    if (samples.size() > SAMPLES) {
      samples.removeFirst();
    }
    progress.say(() -> line(now, done, total));
  }

  private String line(long now, long done, long total) {
    String line =
        "%s: %s %% of %s"
            .formatted(
                Text.escaped(name), total <= 0 ? 100 : done * 100 / total, Text.bytes(total));
    Sample first = samples.getFirst();
    double seconds = (now - first.nanos) / NANOS;
    double rate = (done - first.done) / seconds;
    return seconds <= 0 || rate < 1
        ? line
        : "%s, %s/s, %s left".formatted(line, Text.bytes((long) rate), left((total - done) / rate));
  }

  public static String left(double seconds) {
    long whole = (long) Math.ceil(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : String.format(Locale.ROOT, "%d h %d min", whole / 3600, whole / 60 % 60);
  }

  @Override
  public void close() {
    progress.close();
  }
}
