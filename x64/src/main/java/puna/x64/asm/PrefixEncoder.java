package puna.x64.asm;

/// The REX and VEX prefixes of instructions that do not come from the table of `VectorOp`.
final class PrefixEncoder {
  private final CodeBuffer code;

  PrefixEncoder(CodeBuffer code) {
    this.code = code;
  }

  /// The fields of a VEX prefix that the instruction fixes.
  record Vex(int map, int prefixBits, int w, int l) {}

  void vexMemory(int reg, Mem memory, Vex fields) {
    checkWhole(memory);
    Gp index = memory.index();
    Gp base = memory.base();
    vex(reg, 0, index == null ? 0 : index.number(), base == null ? 0 : base.number(), fields);
  }

  void vex(int reg, int vvvv, int rm, Vex fields) {
    vex(reg, vvvv, 0, rm, fields);
  }

  private void vex(int reg, int vvvv, int index, int rm, Vex fields) {
    if (reg > 15 || rm > 15) {
      throw new IllegalArgumentException(
          "this instruction has vector registers 0 to 15, found " + Math.max(reg, rm));
    }
    int low = (~vvvv & 15) << 3 | fields.l() << 2 | fields.prefixBits();
    if (index < 8 && rm < 8 && fields.w() == 0 && fields.map() == 1) {
      code.emit(0xC5);
      code.emit((reg >> 3 ^ 1) << 7 | low);
    } else {
      code.emit(0xC4);
      code.emit((reg >> 3 ^ 1) << 7 | (index >> 3 ^ 1) << 6 | (rm >> 3 ^ 1) << 5 | fields.map());
      code.emit(fields.w() << 7 | low);
    }
  }

  void rexMemory(int w, int reg, Mem memory) {
    checkWhole(memory);
    Gp index = memory.index();
    Gp base = memory.base();
    rex(w, reg, index == null ? 0 : index.number(), base == null ? 0 : base.number());
  }

  private static void checkWhole(Mem memory) {
    if (memory.broadcast()) {
      throw new IllegalArgumentException("this instruction cannot broadcast from memory");
    }
  }

  void rex(int w, int reg, int index, int base) {
    int rex = w << 3 | reg >> 3 << 2 | index >> 3 << 1 | base >> 3;
    if (rex != 0) {
      code.emit(0x40 | rex);
    }
  }
}
