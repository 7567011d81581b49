package puna.server.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;

/// Counters, gauges and histograms, and their text for Prometheus. Thread-safe.
public final class Metrics {
  /// The type of [#text].
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Family> families = new ArrayList<>(); // under the lock

  /// Metrics of one name.
  private interface Family {
    void write(StringBuilder text);
  }

  /// A number that only grows.
  public static final class Counter {
    private final DoubleAdder sum = new DoubleAdder();

    private Counter() {}

    /// Adds what is not negative.
    public void add(double value) {
      sum.add(value);
    }

    /// What was added so far.
    public double value() {
      return sum.sum();
    }
  }

  /// How values are distributed, for each combination of labels.
  public static final class Histogram {
    /// Combinations of labels that are told apart; what comes behind them is left out, so that no
    /// client can make the metrics grow without end.
    private static final int MOST_SERIES = 500;

    private final String name;
    private final String help;
    private final double[] bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Map<String, String>, Series> series = new LinkedHashMap<>(); // under the lock

    private static final class Series {
      private final long[] counts;
      private long count;
      private double sum;

      Series(int buckets) {
        counts = new long[buckets];
      }
    }

    private Histogram(String name, String help, double... bounds) {
      this.name = name;
      this.help = help;
      this.bounds = bounds;
    }

    /// Counts a value.
    public void record(Map<String, String> labels, double value) {
      lock.lock();
      try {
        if (series.size() < MOST_SERIES || series.containsKey(labels)) {
          Series found = series.computeIfAbsent(labels, each -> new Series(bounds.length));
          for (int i = 0; i < bounds.length; i++) {
            found.counts[i] += value <= bounds[i] ? 1 : 0;
          }
          found.count++;
          found.sum += value;
        }
      } finally {
        lock.unlock();
      }
    }

    private void write(StringBuilder text) {
      head(text, name, help, "histogram");
      lock.lock();
      try {
        series.forEach((labels, values) -> {
          for (int i = 0; i < bounds.length; i++) {
            line(
                text,
                name + "_bucket",
                with(labels, "le", number(bounds[i])),
                (double) values.counts[i]);
          }
          line(text, name + "_bucket", with(labels, "le", "+Inf"), (double) values.count);
          line(text, name + "_sum", labels, values.sum);
          line(text, name + "_count", labels, (double) values.count);
        });
      } finally {
        lock.unlock();
      }
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(labels);
      more.put(name, value);
      return more;
    }
  }

  /// A new counter.
  public Counter counter(String name, String help) {
    Counter counter = new Counter();
    add(text -> {
      head(text, name, help, "counter");
      line(text, name, Map.of(), counter.value());
    });
    return counter;
  }

  /// A counter that something else counts.
  public void counter(String name, String help, DoubleSupplier value) {
    add(text -> {
      head(text, name, help, "counter");
      line(text, name, Map.of(), value.getAsDouble());
    });
  }

  /// A value that is asked for whenever somebody looks.
  public void gauge(String name, String help, DoubleSupplier value) {
    add(text -> {
      head(text, name, help, "gauge");
      line(text, name, Map.of(), value.getAsDouble());
    });
  }

  /// A new histogram.
  ///
  /// @param bounds of its buckets, the lowest first
  public Histogram histogram(String name, String help, double... bounds) {
    Histogram histogram = new Histogram(name, help, bounds.clone());
    add(histogram::write);
    return histogram;
  }

  private void add(Family family) {
    lock.lock();
    try {
      families.add(family);
    } finally {
      lock.unlock();
    }
  }

  /// All of them, in Prometheus' format.
  public String text() {
    StringBuilder text = new StringBuilder();
    lock.lock();
    try {
      families.forEach(family -> family.write(text));
    } finally {
      lock.unlock();
    }
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String help, String type) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void line(
      StringBuilder text, String name, Map<String, String> labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      labels.forEach((label, each) -> pairs.add("%s=\"%s\"".formatted(label, escaped(each))));
      text.append('{').append(String.join(",", pairs)).append('}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
