package puna.cli.command;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the operating system says about this machine and process.
///
/// @param features of the processor that kernels care about, by the names of Linux; empty where the
///   system does not tell
public record Machine(
    String processor,
    int cores,
    List<String> features,
    long memoryBytes,
    long freeMemoryBytes,
    long heapBytes) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");
  private static final Set<String> RELEVANT =
      Set.of(
          "sse4_2",
          "avx",
          "avx2",
          "fma",
          "f16c",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "asimd",
          "asimddp",
          "asimdhp",
          "i8mm",
          "bf16",
          "sve",
          "sve2");

  public static Machine detect() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    List<String> cpu = lines(CPU_INFO);
    return new Machine(
        value(cpu, "model name").orElse(Settings.architecture()),
        Runtime.getRuntime().availableProcessors(),
        value(cpu, "flags")
            .or(() -> value(cpu, "Features"))
            .map(flags -> Stream.of(flags.split(" ")).filter(RELEVANT::contains).toList())
            .orElse(List.of()),
        system.getTotalMemorySize(),
        system.getFreeMemorySize(),
        Runtime.getRuntime().maxMemory());
  }

  /// Memory of this process that is in RAM now; empty where the system does not tell.
  public static Optional<Long> residentBytes() {
    return value(lines(PROCESS_STATUS), "VmRSS")
        .map(text -> Long.parseLong(text.replace("kB", "").strip()) * 1024);
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key) && line.contains(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
