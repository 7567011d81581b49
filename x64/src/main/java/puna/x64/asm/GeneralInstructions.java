package puna.x64.asm;

/// The instructions of the general registers, and those that need no operand.
abstract sealed class GeneralInstructions permits MaskAndTileInstructions {
  final CodeBuffer code = new CodeBuffer();
  final AddressEncoder addresses = new AddressEncoder(code);
  final PrefixEncoder prefixes = new PrefixEncoder(code);

  public void mov(Gp target, Gp source) {
    prefixes.rex(1, source.number(), 0, target.number());
    code.emit(0x89);
    addresses.register(source.number(), target.number());
  }

  /// A constant, in the shortest form that sets all 64 bits.
  public void mov(Gp target, long value) {
    if (value >>> 32 == 0) {
      if (target.number() > 7) {
        code.emit(0x41);
      }
      code.emit(0xB8 | target.number() & 7);
      code.emitInt((int) value);
    } else if (value == (int) value) {
      prefixes.rex(1, 0, 0, target.number());
      code.emit(0xC7);
      addresses.register(0, target.number());
      code.emitInt((int) value);
    } else {
      prefixes.rex(1, 0, 0, target.number());
      code.emit(0xB8 | target.number() & 7);
      code.emitLong(value);
    }
  }

  /// 64 bits from memory.
  public void mov(Gp target, Mem source) {
    general(0x8B, 1, target, source);
  }

  /// 64 bits to memory.
  public void mov(Mem target, Gp source) {
    general(0x89, 1, source, target);
  }

  /// 32 bits from memory, the upper half zero.
  public void mov32(Gp target, Mem source) {
    general(0x8B, 0, target, source);
  }

  /// 32 bits to memory.
  public void mov32(Mem target, Gp source) {
    general(0x89, 0, source, target);
  }

  /// 32 bits from memory, with their sign.
  public void movsxd(Gp target, Mem source) {
    general(0x63, 1, target, source);
  }

  public void lea(Gp target, Mem source) {
    general(0x8D, 1, target, source);
  }

  private void general(int opcode, int w, Gp reg, Mem memory) {
    prefixes.rexMemory(w, reg.number(), memory);
    code.emit(opcode);
    addresses.memory(reg.number(), memory, 1, 0);
  }

  public void alu(Assembler.Alu operation, Gp target, Gp source) {
    prefixes.rex(1, source.number(), 0, target.number());
    code.emit(operation.number() << 3 | 1);
    addresses.register(source.number(), target.number());
  }

  public void alu(Assembler.Alu operation, Gp target, Mem source) {
    general(operation.number() << 3 | 3, 1, target, source);
  }

  public void alu(Assembler.Alu operation, Gp target, int value) {
    prefixes.rex(1, 0, 0, target.number());
    if (value == (byte) value) {
      code.emit(0x83);
      addresses.register(operation.number(), target.number());
      code.emit(value);
    } else if (target == Gp.RAX) {
      code.emit(operation.number() << 3 | 5);
      code.emitInt(value);
    } else {
      code.emit(0x81);
      addresses.register(operation.number(), target.number());
      code.emitInt(value);
    }
  }

  public void add(Gp target, Gp source) {
    alu(Assembler.Alu.ADD, target, source);
  }

  public void add(Gp target, int value) {
    alu(Assembler.Alu.ADD, target, value);
  }

  public void add(Gp target, Mem source) {
    alu(Assembler.Alu.ADD, target, source);
  }

  public void sub(Gp target, Gp source) {
    alu(Assembler.Alu.SUB, target, source);
  }

  public void sub(Gp target, int value) {
    alu(Assembler.Alu.SUB, target, value);
  }

  public void cmp(Gp first, Gp second) {
    alu(Assembler.Alu.CMP, first, second);
  }

  public void cmp(Gp first, int value) {
    alu(Assembler.Alu.CMP, first, value);
  }

  /// Zero, by the idiom that breaks dependencies.
  public void clear(Gp target) {
    if (target.number() > 7) {
      code.emit(0x45);
    }
    code.emit(0x31);
    addresses.register(target.number(), target.number());
  }

  public void test(Gp first, Gp second) {
    prefixes.rex(1, second.number(), 0, first.number());
    code.emit(0x85);
    addresses.register(second.number(), first.number());
  }

  public void imul(Gp target, Gp source) {
    prefixes.rex(1, target.number(), 0, source.number());
    code.emit(0x0F);
    code.emit(0xAF);
    addresses.register(target.number(), source.number());
  }

  public void imul(Gp target, Mem source) {
    prefixes.rexMemory(1, target.number(), source);
    code.emit(0x0F);
    code.emit(0xAF);
    addresses.memory(target.number(), source, 1, 0);
  }

  public void imul(Gp target, Gp source, int value) {
    prefixes.rex(1, target.number(), 0, source.number());
    boolean small = value == (byte) value;
    code.emit(small ? 0x6B : 0x69);
    addresses.register(target.number(), source.number());
    if (small) {
      code.emit(value);
    } else {
      code.emitInt(value);
    }
  }

  public void shl(Gp target, int bits) {
    shift(target, 4, bits);
  }

  public void shr(Gp target, int bits) {
    shift(target, 5, bits);
  }

  public void sar(Gp target, int bits) {
    shift(target, 7, bits);
  }

  private void shift(Gp target, int digit, int bits) {
    if (bits < 0 || bits > 63) {
      throw new IllegalArgumentException("a shift is by 0 to 63 bits, found " + bits);
    }
    prefixes.rex(1, 0, 0, target.number());
    code.emit(bits == 1 ? 0xD1 : 0xC1);
    addresses.register(digit, target.number());
    if (bits != 1) {
      code.emit(bits);
    }
  }

  /// The target becomes the source if the condition holds.
  public void cmov(Assembler.Condition condition, Gp target, Gp source) {
    prefixes.rex(1, target.number(), 0, source.number());
    code.emit(0x0F);
    code.emit(0x40 | condition.number());
    addresses.register(target.number(), source.number());
  }

  public void push(Gp register) {
    if (register.number() > 7) {
      code.emit(0x41);
    }
    code.emit(0x50 | register.number() & 7);
  }

  public void pop(Gp register) {
    if (register.number() > 7) {
      code.emit(0x41);
    }
    code.emit(0x58 | register.number() & 7);
  }

  public void ret() {
    code.emit(0xC3);
  }

  public void cpuid() {
    code.emit(0x0F);
    code.emit(0xA2);
  }

  public void xgetbv() {
    code.emit(new byte[] {0x0F, 0x01, (byte) 0xD0});
  }

  public void prefetch(Assembler.Hint hint, Mem memory) {
    prefixes.rexMemory(0, 0, memory);
    code.emit(0x0F);
    code.emit(0x18);
    addresses.memory(hint.number(), memory, 1, 0);
  }
}
