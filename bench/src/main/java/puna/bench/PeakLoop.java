package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;

/// Multiplications and additions in registers alone: what products could reach on one core if
/// nothing had to be read, unpacked or scaled.
final class PeakLoop {
  /// Rounds of one call.
  private static final int ROUNDS = 20_000;

  private final Routine routine;
  private final MemorySegment arguments;
  private final double gigaflop;

  /// @param wide byte products in two planes (`vpdpbusd`, 512 bits), as the VNNI tier multiplies;
  ///   else float32 (`vfmadd231ps`, 256 bits)
  PeakLoop(Arena arena, boolean wide) {
    int accumulators = wide ? 24 : 12;
    this.arguments = arena.allocate(64, 64);
    this.gigaflop = (wide ? 64.0 : 16.0) * accumulators * ROUNDS / 1e9;
    this.routine = RoutineLibrary.load(List.of(new Loop(wide, accumulators))).routine(Loop.NAME);
  }

  /// Runs once and returns the 10⁹ operations that it did.
  double run() {
    routine.call(arguments);
    return gigaflop;
  }

  private record Loop(boolean wide, int accumulators) implements Emitter {
    static final String NAME = "peak";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public void emit(Assembler asm) {
      asm.mov(Gp.RCX, ROUNDS);
      Label round = new Label();
      asm.align(64);
      asm.bind(round);
      for (int i = 0; i < accumulators; i++) {
        if (wide) {
          asm.emit(VectorOp.VPDPBUSD, Vec.zmm(i), Vec.zmm(24 + i % 2), Vec.zmm(26 + i % 3));
        } else {
          asm.emit(VectorOp.VFMADD231PS, Vec.ymm(i), Vec.ymm(12 + i % 2), Vec.ymm(14 + i % 2));
        }
      }
      asm.sub(Gp.RCX, 1);
      asm.jump(Condition.NOT_EQUAL, round);
    }
  }
}
