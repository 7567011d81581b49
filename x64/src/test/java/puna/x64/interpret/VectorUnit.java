package puna.x64.interpret;

import java.util.Arrays;
import java.util.Map;
import puna.x64.interpret.Operation.Operands;
import puna.x64.interpret.Operation.With;

/// The vector registers, and the instructions with a VEX prefix.
final class VectorUnit {
  private static final Map<Integer, Operation> TABLE = VectorTable.all();

  private final Lanes[] registers = new Lanes[16];
  private final AddressSpace memory;

  VectorUnit(AddressSpace memory) {
    this.memory = memory;
    Arrays.setAll(registers, _ -> new Lanes());
  }

  void run(Instruction it) {
    if (it.map() == 1 && it.opcode() == 0x77 && it.bits() == 128) { // vzeroupper
      for (Lanes register : registers) {
        register.clearFrom(16);
      }
      return;
    }
    Operation operation = TABLE.get(key(it));
    if (operation == null || operation.w() != Operation.ANY && operation.w() != it.w()) {
      throw new IllegalStateException("the interpreter does not know the instruction " + it);
    }
    if (!usesOther(operation) && it.other() != 0) {
      throw new IllegalStateException("a second source is named by an instruction without: " + it);
    }
    run(it, operation);
  }

  private static boolean usesOther(Operation operation) {
    return operation.operands() == Operands.THREE || operation.operands() == Operands.SHIFT;
  }

  private void run(Instruction it, Operation operation) {
    With with = new With(it.bits() / 8, (int) it.immediate() & 0xFF);
    if (operation.operands() == Operands.STORE) {
      store(it, operation);
      return;
    }
    int to = operation.operands() == Operands.SHIFT ? it.other() : it.reg();
    Lanes target = registers[to].copy();
    operation.effect().compute(target, registers[it.other()], second(it, operation), with);
    target.clearFrom(with.bytes());
    registers[to] = target;
  }

  private Lanes second(Instruction it, Operation operation) {
    return it.hasMemory()
        ? new Lanes(memory.read(it.address(), operation.memoryBytes(it.bits())))
        : registers[it.rm()];
  }

  private void store(Instruction it, Operation operation) {
    Lanes source = registers[it.reg()];
    if (it.hasMemory()) {
      memory.write(it.address(), source.bytes(), operation.memoryBytes(it.bits()));
    } else if (operation.part() == Operation.SCALAR) {
      throw new IllegalStateException("the interpreter knows it with memory alone: " + it);
    } else {
      registers[it.rm()] = source.copy();
      registers[it.rm()].clearFrom(it.bits() / 8);
    }
  }

  /// Opcodes 71 to 73 are four instructions and more: a digit in the place of reg says which.
  private static int key(Instruction it) {
    boolean group = it.map() == 1 && it.opcode() >= 0x71 && it.opcode() <= 0x73;
    return key(it.map(), it.prefix(), it.opcode(), group ? it.reg() & 7 : 0);
  }

  static int key(int map, int prefix, int opcode, int digit) {
    return map << 16 | prefix << 12 | digit << 8 | opcode;
  }
}
