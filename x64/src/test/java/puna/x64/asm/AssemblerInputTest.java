package puna.x64.asm;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static puna.x64.asm.Vec.xmm;
import static puna.x64.asm.Vec.ymm;
import static puna.x64.asm.Vec.zmm;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What cannot be encoded is refused, and never becomes another instruction.
class AssemblerInputTest {
  private final Assembler asm = new Assembler();
  private final Mem memory = Mem.at(Gp.RAX);

  @Test
  void refusesOperandsThatDoNotExist() {
    refuses(() -> Mem.at(Gp.RAX, Gp.RSP, 1), "RSP cannot be an index");
    refuses(() -> Mem.at(Gp.RAX, Gp.RCX, 3), "found 3");
    refuses(() -> new Mem(null, null, 1, 0, null, false), "either a base register or a label");
    refuses(() -> Mask.k(8), "found 8");
    refuses(() -> Mask.k(-1), "found -1");
    refuses(() -> Tile.tmm(8), "found 8");
    refuses(() -> zmm(32), "found 32");
    refuses(() -> zmm(0).as(64), "found 64");
  }

  @Test
  void refusesWhatOnlyAvx512CouldSay() {
    refuses(() -> asm.emit(VectorOp.VPAND, zmm(0), zmm(1), zmm(2)), "VPAND");
    refuses(() -> asm.emit(VectorOp.VPAND, ymm(0), ymm(16), ymm(2)), "VPAND");
    refuses(() -> asm.emit(VectorOp.VPAND, ymm(0).merging(Mask.k(1)), ymm(1), ymm(2)), "VPAND");
    refuses(() -> asm.emit(VectorOp.VPAND, ymm(0), ymm(1), memory.broadcasting()), "VPAND");
    refuses(() -> asm.moveToVector(xmm(16), Gp.RAX), "0 to 15");
    refuses(() -> asm.moveFromVector(Gp.RAX, xmm(31)), "0 to 15");
  }

  @Test
  void refusesABroadcastWhereThereIsNone() {
    refuses(
        () -> asm.emit(VectorOp.VPADDB, zmm(0), zmm(1), memory.broadcasting()),
        "VPADDB cannot broadcast");
    refuses(() -> asm.emit(VectorOp.VMOVUPS, zmm(0), memory.broadcasting()), "cannot broadcast");
    refuses(() -> asm.mov(Gp.RAX, memory.broadcasting()), "cannot broadcast");
    refuses(() -> asm.ldtilecfg(memory.broadcasting()), "cannot broadcast");
  }

  @Test
  void refusesWidthsThatAnOperationLacks() {
    refuses(() -> asm.emit(VectorOp.VPERMD, xmm(0), xmm(1), xmm(2)), "no form of 128 bits");
    refuses(() -> asm.emit(VectorOp.VINSERTI64X4, ymm(0), ymm(1), ymm(2), 1), "of 256 bits");
    refuses(() -> asm.emit(VectorOp.VADDPS, zmm(0), ymm(1), ymm(2)), "same width");
  }

  @Test
  void refusesAWrongNumberOfOperands() {
    refuses(() -> asm.emit(VectorOp.VADDPS, zmm(0), zmm(1)), "VADDPS takes three operands");
    refuses(() -> asm.emit(VectorOp.VMOVUPS, zmm(0), zmm(1), zmm(2)), "takes two operands");
  }

  @Test
  void refusesMissingAndSuperfluousImmediates() {
    refuses(() -> asm.emit(VectorOp.VPSHUFD, xmm(0), xmm(1)), "needs an immediate");
    refuses(() -> asm.emit(VectorOp.VADDPS, xmm(0), xmm(1), xmm(2), 1), "takes no immediate");
    refuses(() -> asm.emit(VectorOp.VPSHUFD, xmm(0), xmm(1), 256), "found 256");
    refuses(() -> asm.emit(VectorOp.VPSHUFD, xmm(0), xmm(1), -129), "found -129");
    refuses(() -> asm.shl(Gp.RAX, 64), "found 64");
  }

  @Test
  void refusesMemoryAndRegistersInTheWrongPlaces() {
    refuses(() -> asm.emit(VectorOp.VADDPS, memory, zmm(1), zmm(2)), "memory cannot stand here");
    refuses(() -> asm.emit(VectorOp.VADDPS, zmm(0), memory, zmm(2)), "memory cannot stand here");
    refuses(() -> asm.emit(VectorOp.VMOVSS, xmm(0), xmm(1)), "needs a memory operand");
    refuses(() -> asm.emit(VectorOp.VMOVHLPS, xmm(0), xmm(1), memory), "takes no memory");
    refuses(() -> asm.tileloadd(Tile.tmm(0), memory), "row stride");
    refuses(() -> asm.tdpbssd(Tile.tmm(0), Tile.tmm(0), Tile.tmm(1)), "different tiles");
  }

  @Test
  void refusesMasksThatWouldBeIgnored() {
    refuses(
        () -> asm.emit(VectorOp.VMOVD, xmm(0).merging(Mask.k(1)), memory), "VMOVD takes no mask");
    refuses(
        () -> asm.emit(VectorOp.VMOVUPS_STORE, memory, zmm(0).zeroing(Mask.k(1))),
        "cannot zero memory");
  }

  @Test
  void refusesLabelsThatAreNotBoundOnce() {
    Label label = new Label();
    asm.jmp(label);
    assertThatThrownBy(asm::finish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("never bound");
    asm.bind(label);
    assertThatThrownBy(() -> asm.bind(label))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bound once");
  }

  @Test
  void refusesAlignmentsThatAreNone() {
    refuses(() -> asm.align(0), "found 0");
    refuses(() -> asm.align(-8), "found -8");
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
  }
}
