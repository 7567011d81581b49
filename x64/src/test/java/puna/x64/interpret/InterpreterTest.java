package puna.x64.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// What the interpreter refuses, and what its instructions compute by the manual. That kernels are
/// interpreted as processors run them is seen with the kernels.
class InterpreterTest {
  private final Assembler asm = new Assembler();
  private final AddressSpace space = new AddressSpace();

  @Test
  void countsInALoop() {
    try (Arena arena = new WatchedArena(space)) {
      MemorySegment buffer = arena.allocate(16, 8);
      Label next = new Label();
      asm.mov(Gp.RAX, 7);
      asm.clear(Gp.RDX);
      asm.bind(next);
      asm.add(Gp.RDX, 5);
      asm.sub(Gp.RAX, 1);
      asm.jump(Condition.NOT_EQUAL, next);
      asm.mov(Mem.at(Gp.RDI, 8), Gp.RDX);

      run(buffer.address());

      assertThat(buffer.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(35);
    }
  }

  @Test
  void addsProductsOfBytesWithoutSaturation() {
    int[] sums = product(VectorOp.VPDPBUSD_VEX, Integer.MAX_VALUE, 0xFF, 0x7F);

    // four times 255 · 127
    assertThat(sums).containsOnly(Integer.MAX_VALUE + 4 * 255 * 127);
  }

  @Test
  void takesTheFirstSourceUnsignedAndTheSecondSigned() {
    assertThat(product(VectorOp.VPDPBUSD_VEX, 0, 0x80, 0x80)).containsOnly(4 * 128 * -128);
  }

  @Test
  void addsProductsOfSignedWords() {
    // words 8080 and 7F7F: −32640 and 32639
    assertThat(product(VectorOp.VPDPWSSD_VEX, 5, 0x80, 0x7F)).containsOnly(5 + 2 * -32640 * 32639);
  }

  @Test
  void saturatesPairsOfBytesAsAvx2Does() {
    assertThat(product(VectorOp.VPMADDUBSW, 0, 0xFF, 0x7F)).containsOnly(0x7FFF_7FFF);
  }

  @Test
  void refusesMemoryThatNoBufferHas() {
    try (Arena arena = new WatchedArena(space)) {
      long end = arena.allocate(32, 32).address() + 32;
      asm.emit(VectorOp.VMOVDQU, Vec.ymm(0), Mem.at(Gp.RDI, -8));

      assertThatIllegalStateException()
          .isThrownBy(() -> run(end))
          .withMessageContaining("at byte 0x0: 32 bytes at")
          .withMessageContaining("are read, which no buffer has");
    }
  }

  @Test
  void refusesInstructionsThatItDoesNotKnow() {
    asm.emit(VectorOp.VPDPBUSD, Vec.ymm(0), Vec.ymm(1), Vec.ymm(2));

    assertThatIllegalStateException()
        .isThrownBy(() -> run(0))
        .withMessageContaining("does not know the instruction legacy map 0, prefix 0, opcode 62");
  }

  @Test
  void refusesOperationsThatItDoesNotKnow() {
    asm.emit(VectorOp.VHADDPS, Vec.ymm(0), Vec.ymm(1), Vec.ymm(2));

    assertThatIllegalStateException()
        .isThrownBy(() -> run(0))
        .withMessageContaining("VEX.256 map 1, prefix 3, opcode 7c");
  }

  @Test
  void refusesRoutinesThatChangeARegisterOfTheCaller() {
    asm.alu(Alu.XOR, Gp.RBX, Gp.RAX);

    assertThatIllegalStateException()
        .isThrownBy(() -> run(0))
        .withMessageContaining("a register of the caller has changed");
  }

  private void run(long argument) {
    asm.ret();
    new Interpreter(asm.finish(), space).call(argument);
  }

  /// The eight lanes of 32 bits of an operation on bytes that are all the same.
  private int[] product(VectorOp op, int sum, int left, int right) {
    try (Arena arena = new WatchedArena(space)) {
      MemorySegment buffer = arena.allocate(96, 32);
      for (int i = 0; i < 8; i++) {
        buffer.setAtIndex(ValueLayout.JAVA_INT, i, sum);
      }
      buffer.asSlice(32, 32).fill((byte) left);
      buffer.asSlice(64, 32).fill((byte) right);
      asm.emit(VectorOp.VMOVDQU, Vec.ymm(9), Mem.at(Gp.RDI));
      asm.emit(VectorOp.VMOVDQU, Vec.ymm(2), Mem.at(Gp.RDI, 32));
      asm.emit(op, Vec.ymm(9), Vec.ymm(2), Mem.at(Gp.RDI, 64));
      asm.emit(VectorOp.VMOVDQU_STORE, Mem.at(Gp.RDI), Vec.ymm(9));
      run(buffer.address());
      return buffer.asSlice(0, 32).toArray(ValueLayout.JAVA_INT);
    }
  }
}
