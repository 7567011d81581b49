package puna.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Processor time that threads of a kind took, by their names without numbers. Linux only: it reads
/// `/proc/self/task`, in ticks of 10 ms.
final class ThreadTimes {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final long TICK_MICROS = 10_000;
  private static final int SHOWN = 6;

  private final Map<String, Long> ticks = new HashMap<>();
  private Map<String, Long> begin = Map.of();

  void start() {
    begin = now();
  }

  void stop() {
    now()
        .forEach((thread, end) -> {
          String kind = thread.substring(thread.indexOf(' ') + 1).replaceAll("[-# ]*[0-9]+", "");
          ticks.merge(kind, end - begin.getOrDefault(thread, 0L), Long::sum);
        });
  }

  /// By thread, which is its id and its name.
  private static Map<String, Long> now() {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      Map<String, Long> now = new HashMap<>();
      for (Path task : tasks.toList()) {
        try {
          String stat = Files.readString(task.resolve("stat"));
          int end = stat.lastIndexOf(')');
          List<String> fields = List.of(stat.substring(end + 2).split(" "));
          String name = stat.substring(stat.indexOf('(') + 1, end);
          long used = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
          now.put(task.getFileName() + " " + name, used);
        } catch (IOException e) {
          // the thread has ended since
        }
      }
      return now;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The kinds that took most, in microseconds a token.
  String each(long tokens) {
    return ticks.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN)
        .map(kind ->
            String.format(
                Locale.ROOT,
                "%s %.0f",
                kind.getKey(),
                kind.getValue() * (double) TICK_MICROS / tokens))
        .collect(Collectors.joining(", "));
  }
}
