package puna.x64.interpret;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The general registers, their flags, and the instructions that work on them.
final class GeneralUnit {
  private static final int RSP = 4;

  final long[] registers = new long[16];
  private final AddressSpace memory;
  private boolean zero;
  private boolean sign;
  private boolean carry;
  private boolean overflow;

  GeneralUnit(AddressSpace memory) {
    this.memory = memory;
  }

  /// Does an instruction whose successor lies at `next`.
  ///
  /// @return where the program goes on
  long run(Instruction it, long next) {
    if (it.map() == 1) {
      return runTwoBytes(it, next);
    }
    int opcode = it.opcode();
    switch (opcode) {
      case 0x63 -> registers[it.reg()] = read(it, 4);
      case 0x81, 0x83 -> arithmetic(it.reg() & 7, it.rm(), it.immediate(), it);
      case 0x85 -> logic(registers[it.rm()] & registers[it.reg()]);
      case 0x89 -> move(it);
      case 0x8B -> registers[it.reg()] = it.w() == 1 ? operand(it) : read(it, 4) & 0xFFFF_FFFFL;
      case 0x8D -> registers[it.reg()] = it.address();
      case 0x90 -> {}
      case 0xC1 -> shift(it, (int) it.immediate());
      case 0xD1 -> shift(it, 1);
      case 0xC3 -> {
        return pop();
      }
      case 0xC7 -> registers[it.rm()] = it.immediate();
      case 0xE9, 0xEB -> {
        return next + it.immediate();
      }
      default -> {
        return runByGroup(it, next);
      }
    }
    return next;
  }

  private long runByGroup(Instruction it, long next) {
    int opcode = it.opcode();
    if (opcode == 0x31 && it.w() == 0 && it.reg() == it.rm()) {
      registers[it.rm()] = 0;
      logic(0);
    } else if (opcode < 0x40 && (opcode & 7) == 1) {
      arithmetic(opcode >> 3, it.rm(), registers[it.reg()], it);
    } else if (opcode < 0x40 && (opcode & 7) == 3) {
      arithmetic(opcode >> 3, it.reg(), operand(it), it);
    } else if (opcode < 0x40 && (opcode & 7) == 5) {
      arithmetic(opcode >> 3, 0, it.immediate(), it);
    } else if (opcode >> 3 == 0x50 >> 3) {
      push(registers[it.rm()]);
    } else if (opcode >> 3 == 0x58 >> 3) {
      registers[it.rm()] = pop();
    } else if (opcode >> 4 == 7) {
      return holds(opcode & 15, it) ? next + it.immediate() : next;
    } else if (opcode >> 3 == 0xB8 >> 3) {
      registers[it.rm()] = it.w() == 1 ? it.immediate() : it.immediate() & 0xFFFF_FFFFL;
    } else {
      throw unknown(it);
    }
    return next;
  }

  private long runTwoBytes(Instruction it, long next) {
    if (it.opcode() == 0x18) {
      return next; // a prefetch may name any address
    }
    if (it.opcode() == 0xAF) {
      registers[it.reg()] *= operand(it);
      return next;
    }
    if (it.opcode() >> 4 == 8) {
      return holds(it.opcode() & 15, it) ? next + it.immediate() : next;
    }
    throw unknown(it);
  }

  private void move(Instruction it) {
    if (it.hasMemory()) {
      write(it.address(), registers[it.reg()], it.w() == 1 ? 8 : 4);
    } else {
      registers[it.rm()] = registers[it.reg()];
    }
  }

  private void arithmetic(int operation, int target, long value, Instruction it) {
    if (it.w() == 0 || target == Instruction.MEMORY) {
      throw unknown(it);
    }
    long left = registers[target];
    switch (operation) {
      case 0 -> registers[target] = add(left, value);
      case 1 -> registers[target] = logic(left | value);
      case 4 -> registers[target] = logic(left & value);
      case 5 -> registers[target] = subtract(left, value);
      case 6 -> registers[target] = logic(left ^ value);
      case 7 -> subtract(left, value);
      default -> throw unknown(it);
    }
  }

  private long add(long left, long right) {
    long result = logic(left + right);
    carry = Long.compareUnsigned(result, left) < 0;
    overflow = ((left ^ result) & (right ^ result)) < 0;
    return result;
  }

  private long subtract(long left, long right) {
    long result = logic(left - right);
    carry = Long.compareUnsigned(left, right) < 0;
    overflow = ((left ^ right) & (left ^ result)) < 0;
    return result;
  }

  /// Sets the flags of a result without carry or overflow.
  private long logic(long result) {
    zero = result == 0;
    sign = result < 0;
    carry = false;
    overflow = false;
    return result;
  }

  private void shift(Instruction it, int count) {
    long value = registers[it.rm()];
    long result =
        switch (it.reg() & 7) {
          case 4 -> value << count;
          case 5 -> value >>> count;
          case 7 -> value >> count;
          default -> throw unknown(it);
        };
    registers[it.rm()] = logic(result); // carry and overflow are not kept: nobody asks for them
  }

  private boolean holds(int condition, Instruction it) {
    boolean even =
        switch (condition >> 1) {
          case 0 -> overflow;
          case 1 -> carry;
          case 2 -> zero;
          case 3 -> carry || zero;
          case 4 -> sign;
          case 6 -> sign != overflow;
          case 7 -> zero || sign != overflow;
          default -> throw unknown(it);
        };
    return (condition & 1) == 0 == even;
  }

  void push(long value) {
    registers[RSP] -= 8;
    write(registers[RSP], value, 8);
  }

  private long pop() {
    long value = read(registers[RSP], 8);
    registers[RSP] += 8;
    return value;
  }

  private long operand(Instruction it) {
    return it.hasMemory() ? read(it.address(), 8) : registers[it.rm()];
  }

  private long read(Instruction it, int size) {
    if (!it.hasMemory()) {
      throw unknown(it);
    }
    return read(it.address(), size);
  }

  private long read(long address, int size) {
    ByteBuffer bytes = ByteBuffer.wrap(memory.read(address, size)).order(ByteOrder.LITTLE_ENDIAN);
    return size == 8 ? bytes.getLong(0) : bytes.getInt(0);
  }

  private void write(long address, long value, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    memory.write(address, bytes.array(), size);
  }

  private static IllegalStateException unknown(Instruction it) {
    return new IllegalStateException("the interpreter does not know the instruction " + it);
  }
}
