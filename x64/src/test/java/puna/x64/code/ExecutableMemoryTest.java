package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import puna.x64.TestMachine;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;

class ExecutableMemoryTest {
  private static final Path MAPS = Path.of("/proc/self/maps");

  @BeforeEach
  void processor() {
    TestMachine.assumeX64();
  }

  @Test
  @SuppressWarnings("restricted")
  void runsAFunctionThatAdds() throws Throwable {
    Assembler asm = new Assembler();
    Gp first = Platform.current() == Platform.WINDOWS ? Gp.RCX : Gp.RDI;
    Gp second = Platform.current() == Platform.WINDOWS ? Gp.RDX : Gp.RSI;
    asm.mov(Gp.RAX, first);
    asm.add(Gp.RAX, second);
    asm.ret();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = ExecutableMemory.load(asm.finish(), SystemMemory.ofThisSystem(), arena);

      long sum =
          (long)
              Linker.nativeLinker()
                  .downcallHandle(code, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG))
                  .invokeExact(40L, -42L);

      assertThat(sum).isEqualTo(-2);
    }
  }

  @Test
  void isNeverWritable() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code =
          ExecutableMemory.load(new byte[] {(byte) 0xC3}, SystemMemory.ofThisSystem(), arena);

      assertThat(code.isReadOnly()).isTrue();
      assertThat(permissions(code.address())).contains("r-xp");
    }
  }

  @Test
  void isGivenBackWhenItsArenaCloses() throws IOException {
    long address;
    try (Arena arena = Arena.ofConfined()) {
      address =
          ExecutableMemory.load(new byte[] {(byte) 0xC3}, SystemMemory.ofThisSystem(), arena)
              .address();
    }
    assertThat(permissions(address).filter("r-xp"::equals)).isEmpty();
  }

  @Test
  void saysWhatTheSystemRefuses() {
    SystemMemory memory = SystemMemory.ofThisSystem();

    assertThatThrownBy(() -> memory.map(Long.MAX_VALUE & -4096))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("refused");
    assertThatThrownBy(() -> memory.makeExecutable(4097, 4096))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("refused");
  }

  @Test
  void refusesEmptyCode() {
    assertThatThrownBy(
            () -> ExecutableMemory.load(new byte[0], SystemMemory.ofThisSystem(), Arena.global()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no code");
  }

  /// The permissions of the pages at `address`, by the kernel's list.
  private static Optional<String> permissions(long address) throws IOException {
    assumeTrue(Files.isReadable(MAPS), "needs /proc/self/maps, which this system lacks");
    List<String> lines = Files.readAllLines(MAPS);
    for (String line : lines) {
      String[] fields = line.split(" ");
      String[] range = fields[0].split("-");
      if (Long.parseUnsignedLong(range[0], 16) <= address
          && address < Long.parseUnsignedLong(range[1], 16)) {
        return Optional.of(fields[1]);
      }
    }
    return Optional.empty();
  }
}
