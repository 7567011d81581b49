package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.KernelTier;
import puna.MappedExpertsContract;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;

class X64MappedExpertsTest extends MappedExpertsContract {
  @TempDir private Path temp;

  X64MappedExpertsTest() {
    super(KernelTier.X64, 0);
  }

  @BeforeAll
  static void needsTheTierAndExactPrompts() {
    TestMachine.assumeTier(X64Tier.AVX2);
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
  }

  @AfterAll
  static void reset() {
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }

  @Test
  void theSystemTakesAdviceOnAnyPartOfAMappedFile() throws IOException {
    Path file = Files.write(temp.resolve("file"), new byte[100_000]);
    SystemMemory memory = SystemMemory.ofThisSystem();
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      assertThat(memory.adviseNeeded(mapped.address() + 12_345, 50_000))
          .isEqualTo(memory.readsAhead());
    }
  }
}
