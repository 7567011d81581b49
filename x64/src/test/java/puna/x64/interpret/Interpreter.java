package puna.x64.interpret;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Runs a routine's machine code, byte for byte, on registers of its own: what processors without
/// its instructions cannot run.
///
/// It knows the instructions that the products with AVX2 and AVX-VNNI consist of; any other, and
/// any access to memory that no buffer has, is an `IllegalStateException`.
public final class Interpreter {
  private static final long CODE = 0x7000_0000_0000_0000L;
  private static final long STACK = 0x7100_0000_0000_0000L;
  private static final int STACK_BYTES = 4096;
  private static final long RETURN = 0x7200_0000_0000_0000L;
  private static final long MOST_INSTRUCTIONS = 50_000_000;

  private static final int RCX = 1;
  private static final int RSP = 4;
  private static final int RDI = 7;
  private static final int[] CALLERS = {3, 5, 12, 13, 14, 15}; // rbx, rbp, r12 to r15

  private final GeneralUnit general;
  private final VectorUnit vectors;
  private final Decoder decoder;

  /// @param code of one routine, with its constants
  /// @param memory that it may touch
  public Interpreter(byte[] code, AddressSpace memory) {
    AddressSpace all = memory.with(CODE, MemorySegment.ofArray(code.clone()).asReadOnly());
    all.add(STACK, MemorySegment.ofArray(new byte[STACK_BYTES]));
    this.general = new GeneralUnit(all);
    this.vectors = new VectorUnit(all);
    this.decoder = new Decoder(code.clone(), CODE, general.registers);
  }

  /// Calls the routine with one argument, by both conventions, and returns when it does.
  public void call(long argument) {
    long[] registers = general.registers;
    for (int i = 0; i < registers.length; i++) {
      registers[i] = 0x5EED_0000_0000_0000L + i; // what no program may count on
    }
    registers[RCX] = argument;
    registers[RDI] = argument;
    registers[RSP] = STACK + STACK_BYTES;
    long[] before = registers.clone();
    general.push(RETURN);
    long at = CODE;
    for (long count = 0; at != RETURN; count++) {
      if (count == MOST_INSTRUCTIONS) {
        throw new IllegalStateException("the routine does not end");
      }
      at = step(at);
    }
    checkCallers(before);
  }

  private long step(long at) {
    Instruction it = decoder.at(at);
    try {
      if (!it.vex()) {
        return general.run(it, decoder.next());
      }
      vectors.run(it);
      return decoder.next();
    } catch (IllegalStateException e) {
      throw new IllegalStateException("at byte %#x: %s".formatted(at - CODE, e.getMessage()), e);
    }
  }

  private void checkCallers(long[] before) {
    boolean kept = general.registers[RSP] == before[RSP];
    kept &= Arrays.stream(CALLERS).allMatch(i -> general.registers[i] == before[i]);
    if (!kept) {
      throw new IllegalStateException("a register of the caller has changed");
    }
  }
}
