package puna;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the system holds for this process.
///
/// @param resident MiB in memory
/// @param addresses MiB of addresses taken
/// @param mappings number of them
record ProcessMemory(long resident, long addresses, long mappings) {
  /// What a warm process may grow by without holding on to anything.
  static final ProcessMemory NOISE = new ProcessMemory(64, 128, 20);

  /// After collections, so that what is merely unreachable does not count.
  static ProcessMemory now() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
    }
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
    return new ProcessMemory(
        mebibytes(status, "VmRSS:"),
        mebibytes(status, "VmSize:"),
        Files.readAllLines(Path.of("/proc/self/maps")).size());
  }

  private static long mebibytes(List<String> status, String name) {
    String line = status.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
  }

  /// Throws where this is more than `before` by more than `most`.
  void requireGrownBy(ProcessMemory most, ProcessMemory before) {
    if (resident - before.resident > most.resident
        || addresses - before.addresses > most.addresses
        || mappings - before.mappings > most.mappings) {
      throw new AssertionError(
          "from %s to %s: may grow by at most %s".formatted(before, this, most));
    }
    System.out.println("from " + before + " to " + this);
  }
}
