package puna.x64.code;

import java.util.List;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;

/// What stands around a routine's body: it saves the registers that belong to the caller, brings
/// the argument to RDI, and undoes it all at the end.
public enum Frame {
  /// System V: the argument comes in RDI; rbx, rbp and r12–r15 belong to the caller.
  SYSTEM_V(List.of(Gp.RBX, Gp.RBP, Gp.R12, Gp.R13, Gp.R14, Gp.R15), Gp.RDI, 0),
  /// Windows: the argument comes in RCX; rdi, rsi and xmm6–xmm15 belong to the caller as well.
  WINDOWS(List.of(Gp.RBX, Gp.RBP, Gp.RDI, Gp.RSI, Gp.R12, Gp.R13, Gp.R14, Gp.R15), Gp.RCX, 10);

  private static final int FIRST_SAVED_VECTOR = 6;

  private final List<Gp> saved;
  private final Gp argument;
  private final int savedVectors;

  Frame(List<Gp> saved, Gp argument, int savedVectors) {
    this.saved = saved;
    this.argument = argument;
    this.savedVectors = savedVectors;
  }

  static Frame of(Platform platform) {
    return platform == Platform.WINDOWS ? WINDOWS : SYSTEM_V;
  }

  /// The whole routine: prologue, body, epilogue.
  void emit(Emitter body, Assembler asm) {
    saved.forEach(asm::push);
    if (savedVectors > 0) {
      asm.sub(Gp.RSP, 16 * savedVectors);
      for (int i = 0; i < savedVectors; i++) {
        asm.emit(VectorOp.VMOVUPS_STORE, vectorSlot(i), Vec.xmm(FIRST_SAVED_VECTOR + i));
      }
    }
    if (argument != Gp.RDI) {
      asm.mov(Gp.RDI, argument);
    }
    body.emit(asm);
    asm.vzeroupper();
    if (savedVectors > 0) {
      for (int i = 0; i < savedVectors; i++) {
        asm.emit(VectorOp.VMOVUPS, Vec.xmm(FIRST_SAVED_VECTOR + i), vectorSlot(i));
      }
      asm.add(Gp.RSP, 16 * savedVectors);
    }
    saved.reversed().forEach(asm::pop);
    asm.ret();
  }

  private static Mem vectorSlot(int index) {
    return Mem.at(Gp.RSP, 16 * index);
  }
}
