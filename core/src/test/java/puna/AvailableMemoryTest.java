package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
  private static final String MEMORY =
      """
      MemTotal:       16000000 kB
      MemFree:         1000000 kB
      MemAvailable:    8000000 kB
      """;

  @TempDir private Path root;

  @Test
  void isWhatLinuxSaysWithoutAControlGroup() throws IOException {
    write("proc/meminfo", MEMORY);
    assertThat(available()).hasValue(8_192_000_000L);
  }

  @Test
  void isWhatTheSecondVersionsGroupLeaves() throws IOException {
    write("proc/meminfo", MEMORY);
    write("proc/self/cgroup", "0::/a/b\n");
    write("sys/fs/cgroup/a/memory.max", "3000000000\n");
    write("sys/fs/cgroup/a/memory.current", "1000000000\n");
    write("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 400000000\nslab 7\n");
    write("sys/fs/cgroup/a/b/memory.max", "max\n");
    write("sys/fs/cgroup/a/b/memory.current", "900000000\n");
    assertThat(available()).hasValue(2_400_000_000L);
  }

  @Test
  void isWhatTheFirstVersionsGroupLeaves() throws IOException {
    write("proc/meminfo", MEMORY);
    write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/1\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2000000000\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "500000000\n");
    write("sys/fs/cgroup/memory/memory.stat", "cache 5\ntotal_inactive_file 100000000\n");
    assertThat(available()).hasValue(1_600_000_000L);
  }

  @Test
  void aLimitThatIsNoneDoesNotCount() throws IOException {
    write("proc/meminfo", MEMORY);
    write("proc/self/cgroup", "4:memory:/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "500000000\n");
    assertThat(available()).hasValue(8_192_000_000L);
  }

  @Test
  void aGroupThatIsUsedUpLeavesNothing() throws IOException {
    write("proc/meminfo", MEMORY);
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "1000\n");
    write("sys/fs/cgroup/memory.current", "4000\n");
    assertThat(available()).hasValue(0);
  }

  @Test
  void readsPastWhatMakesNoSense() throws IOException {
    write("proc/meminfo", MEMORY);
    write("proc/self/cgroup", "nonsense\n0::/../../etc\n::\n4:memory:\n");
    write("sys/fs/cgroup/memory.max", "12x\n");
    write("sys/fs/cgroup/memory.current", "\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "");
    assertThat(available()).hasValue(8_192_000_000L);
  }

  @Test
  void isKnownOnThisSystem() {
    assertThat(AvailableMemory.ofThisSystem().get().orElseThrow()).isGreaterThan(1L << 20);
  }

  @Test
  void asksTheJvmWhereTheSystemHasNoSuchFiles() {
    assertThat(available().orElseThrow()).isGreaterThan(1L << 20);
  }

  private OptionalLong available() {
    return new AvailableMemory(root).get();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
