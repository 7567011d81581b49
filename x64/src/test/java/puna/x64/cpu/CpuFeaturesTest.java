package puna.x64.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import puna.x64.TestMachine;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuFeaturesTest {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  @BeforeAll
  void processor() {
    TestMachine.assumeX64();
  }

  @Test
  void agreesWithTheListOfTheKernel() throws IOException {
    Set<String> flags = new HashSet<>(Arrays.asList(cpuinfo("flags").split(" ")));
    CpuFeatures cpu = CpuFeatures.detect();

    Map<String, Boolean> found =
        Map.ofEntries(
            Map.entry("avx", cpu.avx()),
            Map.entry("avx2", cpu.avx2()),
            Map.entry("fma", cpu.fma()),
            Map.entry("f16c", cpu.f16c()),
            Map.entry("avx512f", cpu.avx512f()),
            Map.entry("avx512bw", cpu.avx512bw()),
            Map.entry("avx512vl", cpu.avx512vl()),
            Map.entry("avx512dq", cpu.avx512dq()),
            Map.entry("avx512_vnni", cpu.vnni()),
            Map.entry("avx512vbmi", cpu.avx512Vbmi()),
            Map.entry("avx512_bf16", cpu.bf16()),
            Map.entry("amx_tile", cpu.amxTile()),
            Map.entry("amx_int8", cpu.amxInt8()),
            Map.entry("amx_bf16", cpu.amxBf16()),
            Map.entry("avx_vnni", cpu.avxVnni()));

    found.forEach((flag, value) -> assertThat(value).as(flag).isEqualTo(flags.contains(flag)));
  }

  /// The kernel of a virtual machine may show another name than CPUID has; the JVM asks CPUID.
  @Test
  void namesTheProcessorAsTheJvmDoes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cpu.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.CPUInformation");
      recording.start();
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);

    assertThat(events).isNotEmpty();
    assertThat(events.getFirst().getString("description"))
        .containsPattern("Brand: " + Pattern.quote(CpuFeatures.detect().brand().strip()) + " *,");
  }

  @Test
  void findsASecondLevelCacheOfPlausibleSize() {
    assertThat(CpuFeatures.detect().l2Bytes()).isBetween(0L, 256L << 20);
  }

  private static String cpuinfo(String field) throws IOException {
    assumeTrue(Files.isReadable(CPUINFO), "needs /proc/cpuinfo, which this system lacks");
    for (String line : Files.readAllLines(CPUINFO)) {
      if (line.startsWith(field) && line.contains(":")) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    throw new AssertionError("no line '" + field + "' in " + CPUINFO);
  }
}
