package puna.x64.asm;

/// The ModRM byte, the SIB byte and the displacement of an operand.
final class AddressEncoder {
  private static final int NEEDS_SIB = 4;
  private static final int BASE_NEEDS_DISPLACEMENT = 5;

  private final CodeBuffer code;

  AddressEncoder(CodeBuffer code) {
    this.code = code;
  }

  void register(int reg, int rm) {
    code.emit(0xC0 | (reg & 7) << 3 | (rm & 7));
  }

  /// @param unit what a one-byte displacement counts: 1, or more with EVEX
  /// @param trailing bytes of the instruction behind the operand: its immediate
  void memory(int reg, Mem memory, int unit, int trailing) {
    Label label = memory.label();
    if (label != null) {
      code.emit((reg & 7) << 3 | 5);
      code.emitDistance(label, trailing);
      return;
    }
    Gp base = memory.base();
    if (base == null) {
      throw new IllegalArgumentException("an operand in memory needs a base");
    }
    Gp index = memory.index();
    int baseBits = base.number() & 7;
    int mod = mod(memory.displacement(), unit, baseBits);
    boolean sib = index != null || baseBits == NEEDS_SIB;
    code.emit(mod << 6 | (reg & 7) << 3 | (sib ? NEEDS_SIB : baseBits));
    if (sib) {
      int indexBits = index == null ? 4 : index.number() & 7;
      code.emit(Integer.numberOfTrailingZeros(memory.scale()) << 6 | indexBits << 3 | baseBits);
    }
    if (mod == 1) {
      code.emit(memory.displacement() / unit);
    } else if (mod == 2) {
      code.emitInt(memory.displacement());
    }
  }

  private static int mod(int displacement, int unit, int baseBits) {
    if (displacement == 0 && baseBits != BASE_NEEDS_DISPLACEMENT) {
      return 0;
    }
    int units = displacement / unit;
    return displacement % unit == 0 && units == (byte) units ? 1 : 2;
  }
}
