package puna.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// What this process holds, which long runs must not make more of. Linux only: it reads
/// `/proc/self`.
///
/// @param heapBytes after a collection
/// @param residentBytes of memory
/// @param threads of the platform
/// @param files that are open, sockets included
record ProcessFigures(long heapBytes, long residentBytes, int threads, long files) {
  static final String HEAD = " heap MB    RSS MB   threads   files";

  /// As they are now.
  static ProcessFigures take() throws IOException {
    System.gc();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return new ProcessFigures(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          memory(),
          ManagementFactory.getThreadMXBean().getThreadCount(),
          files.count());
    }
  }

  /// Bytes of memory that are resident now; collects nothing.
  static long memory() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return 4096 * Long.parseLong(pages[1]);
  }

  /// A part of a line below [#HEAD].
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%8s %9s %9s %7s", heapBytes >> 20, residentBytes >> 20, threads, files);
  }
}
