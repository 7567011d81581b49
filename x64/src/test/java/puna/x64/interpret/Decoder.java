package puna.x64.interpret;

/// Reads instructions from bytes, by Intel's manual, volume 2: legacy ones of 32 and 64 bits, and
/// those with a VEX prefix. It knows nothing of the assembler that wrote them.
final class Decoder {
  private static final int VEX2 = 0xC5;
  private static final int VEX3 = 0xC4;
  private static final int NO_VECTOR = 0;

  private final byte[] code;
  private final long base;
  private final long[] registers;
  private int at;

  // what has been read of the current instruction
  private boolean vex;
  private int map;
  private int prefix;
  private int w;
  private int bits;
  private int other;
  private int extendReg;
  private int extendIndex;
  private int extendBase;
  private int opcode;

  // its operand
  private int reg;
  private int rm;
  private long address;
  private boolean relative;

  /// @param base the address of the first byte
  /// @param registers the general registers, for addresses
  Decoder(byte[] code, long base, long[] registers) {
    this.code = code;
    this.base = base;
    this.registers = registers;
  }

  /// The instruction at an address.
  Instruction at(long instructionPointer) {
    at = Math.toIntExact(instructionPointer - base);
    prefixes();
    opcode = octet();
    if (!vex && opcode == 0x0F) {
      map = 1;
      opcode = octet();
    }
    reg = opcode & 7 | extendBase << 3;
    rm = reg;
    relative = false;
    if (hasOperands()) {
      operands();
    }
    long immediate = signed(immediateBytes());
    if (relative) {
      address += next();
    }
    return new Instruction(vex, map, prefix, opcode, w, bits, reg, other, rm, address, immediate);
  }

  /// The address behind the instruction that was read last.
  long next() {
    return base + at;
  }

  private void prefixes() {
    vex = false;
    map = 0;
    prefix = 0;
    w = 0;
    bits = NO_VECTOR;
    other = 0;
    extendReg = 0;
    extendIndex = 0;
    extendBase = 0;
    address = 0;
    int first = code[at] & 0xFF;
    if (first == VEX2 || first == VEX3) {
      at++;
      vex(first);
    } else if (first >> 4 == 4) {
      at++;
      w = first >> 3 & 1;
      extendReg = first >> 2 & 1;
      extendIndex = first >> 1 & 1;
      extendBase = first & 1;
    }
  }

  private void vex(int kind) {
    vex = true;
    int second = octet();
    extendReg = ~second >> 7 & 1;
    map = 1;
    int last = second;
    if (kind == VEX3) {
      extendIndex = ~second >> 6 & 1;
      extendBase = ~second >> 5 & 1;
      map = second & 31;
      last = octet();
      w = last >> 7 & 1;
    }
    other = ~last >> 3 & 15;
    bits = 128 << (last >> 2 & 1);
    prefix = last & 3;
  }

  private boolean hasOperands() {
    if (vex) {
      return opcode != 0x77;
    }
    if (map == 1) {
      return opcode == 0x18 || opcode == 0xAF || opcode >> 4 == 4;
    }
    return switch (opcode) {
      case 0x63, 0x69, 0x6B, 0x81, 0x83, 0x85, 0x89, 0x8B, 0x8D, 0xC1, 0xC7, 0xD1 -> true;
      default -> opcode < 0x40 && (opcode & 7) < 4;
    };
  }

  private int immediateBytes() {
    if (vex) {
      boolean has =
          map == 3 || opcode >= 0x70 && opcode <= 0x73 || opcode == 0xC2 || opcode == 0xC6;
      return has ? 1 : 0;
    }
    if (map == 1) {
      return opcode >> 4 == 8 ? 4 : 0;
    }
    return switch (opcode) {
      case 0x6B, 0x83, 0xC1, 0xEB -> 1;
      case 0x69, 0x81, 0xC7, 0xE9 -> 4;
      default -> {
        if (opcode >> 3 == 0xB8 >> 3) {
          yield w == 1 ? 8 : 4;
        }
        yield opcode >> 4 == 7 ? 1 : opcode < 0x40 && (opcode & 7) == 5 ? 4 : 0;
      }
    };
  }

  /// The bytes ModRM and SIB, and the displacement.
  private void operands() {
    int modRm = octet();
    int mod = modRm >> 6;
    reg = modRm >> 3 & 7 | extendReg << 3;
    int low = modRm & 7;
    if (mod == 3) {
      rm = low | extendBase << 3;
      return;
    }
    rm = Instruction.MEMORY;
    if (low == 4) {
      indexed(mod);
    } else if (low == 5 && mod == 0) {
      relative = true;
      address = signed(4);
      return;
    } else {
      address = registers[low | extendBase << 3];
    }
    address += mod == 1 ? signed(1) : mod == 2 ? signed(4) : 0;
  }

  private void indexed(int mod) {
    int sib = octet();
    int index = sib >> 3 & 7 | extendIndex << 3;
    int first = sib & 7;
    if (first == 5 && mod == 0) {
      address = signed(4);
    } else {
      address = registers[first | extendBase << 3];
    }
    if (index != 4) {
      address += registers[index] << (sib >> 6);
    }
  }

  private int octet() {
    return code[at++] & 0xFF;
  }

  /// A little-endian number with its sign; 0 for no bytes.
  private long signed(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) octet() << 8 * i;
    }
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }
}
