package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import puna.x64.TestMachine;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;

class RoutineLibraryTest {
  private static final int CALLS = 100_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final ArgumentLayout ARGUMENTS = ArgumentLayout.of("first", "second", "sum");

  @BeforeEach
  void processor() {
    TestMachine.assumeX64();
  }

  @Test
  void runsRoutinesThatUseEveryRegister() {
    RoutineLibrary library =
        RoutineLibrary.load(
            List.of(
                new Body("add", RoutineLibraryTest::add),
                new Body("clobber", RoutineLibraryTest::clobber)));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ARGUMENTS.layout());
      arguments.set(JAVA_LONG, ARGUMENTS.offset("first"), 40);
      arguments.set(JAVA_LONG, ARGUMENTS.offset("second"), 2);

      library.routine("clobber").call(arguments);
      library.routine("add").call(arguments);

      assertThat(arguments.get(JAVA_LONG, ARGUMENTS.offset("sum"))).isEqualTo(42);
      assertThat(library.routine("clobber").address() % 64).isZero();
    }
  }

  @Test
  void callsAllocateNothing() {
    RoutineLibrary library = RoutineLibrary.load(List.of(new Body("add", RoutineLibraryTest::add)));
    Routine routine = library.routine("add");
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ARGUMENTS.layout());
      long end = System.nanoTime() + PATIENCE_NANOS;
      long bytes;
      do { // until the JVM's compiler, on a thread of its own, has got to it
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
          routine.call(arguments);
        }
        bytes = threads.getCurrentThreadAllocatedBytes() - before;
      } while (bytes >= CALLS / 2 && System.nanoTime() < end);
      // Less than a byte a call: what the compilers themselves leave behind.
      assertThat(bytes).isLessThan(CALLS / 2);
    }
  }

  @Test
  void refusesTwoRoutinesOfOneNameAndUnknownNames() {
    Body body = new Body("twice", _ -> {});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoutineLibrary.load(List.of(body, body)))
        .withMessageContaining("'twice'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoutineLibrary.load(List.of(body)).routine("other"))
        .withMessageContaining("'other'");
  }

  @Test
  void namesTheRoutineThatCannotBeAssembled() {
    Body body = new Body("lost", asm -> asm.jmp(new Label()));
    assertThatThrownBy(() -> RoutineLibrary.load(List.of(body)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("routine 'lost'");
  }

  @Test
  void framesOfWindowsSaveItsRegistersToo() {
    Assembler asm = new Assembler();
    Frame.WINDOWS.emit(new Body("empty", _ -> {}), asm);
    assertThat(HexFormat.of().formatHex(asm.finish()))
        .startsWith(
            "53" + "55" + "57" + "56" + "4154" + "4155" + "4156" + "4157" + "4881eca0000000")
        .contains("4889cf" + "c5f877")
        .endsWith(
            "4881c4a0000000" + "415f" + "415e" + "415d" + "415c" + "5e" + "5f" + "5d" + "5bc3");
  }

  @Test
  void layoutsRefuseNamesThatAreNotDistinct() {
    assertThatIllegalArgumentException().isThrownBy(() -> ArgumentLayout.of("a", "a"));
    assertThatIllegalArgumentException().isThrownBy(ArgumentLayout::of);
    assertThatIllegalArgumentException().isThrownBy(() -> ARGUMENTS.offset("none"));
    assertThat(ARGUMENTS.byteSize()).isEqualTo(24);
  }

  private static void add(Assembler asm) {
    asm.mov(Gp.RAX, ARGUMENTS.field(Gp.RDI, "first"));
    asm.add(Gp.RAX, ARGUMENTS.field(Gp.RDI, "second"));
    asm.mov(ARGUMENTS.field(Gp.RDI, "sum"), Gp.RAX);
  }

  private static void clobber(Assembler asm) {
    for (Gp register : Gp.values()) {
      if (register != Gp.RSP) {
        asm.mov(register, -1L);
      }
    }
  }

  private record Body(String name, Consumer<Assembler> body) implements Emitter {
    @Override
    public void emit(Assembler asm) {
      body.accept(asm);
    }
  }
}
