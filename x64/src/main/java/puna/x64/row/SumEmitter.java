package puna.x64.row;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.cpu.FloatKernels;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;

/// Adds up 32-bit words, a block of 256 bytes at a time, asking for what comes as decoding does.
///
/// ```
/// blocks       each vector of it added to a sum of its own; its lines 2 KiB ahead asked for
/// sums         folded to one vector, which is stored
/// ```
public final class SumEmitter implements Emitter {
  private static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of(
          "from", "blocks", "sums", "sums1", "sums2", "sums3", "sums4", "sums5", "sums6", "sums7");

  private static final long FROM = ARGUMENTS.offset("from");
  private static final long BLOCKS = ARGUMENTS.offset("blocks");
  private static final long SUMS = ARGUMENTS.offset("sums");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp AT = Gp.RSI;
  private static final Gp LEFT = Gp.RDX;
  private static final int AHEAD = 2048;
  private static final int LINE = 64;

  private final Lanes.Width width;

  public SumEmitter(Lanes.Width width) {
    this.width = width;
  }

  /// Tells the routine what to add up.
  public static void fill(MemorySegment arguments, MemorySegment memory) {
    arguments.set(ValueLayout.JAVA_LONG, FROM, memory.address());
    arguments.set(ValueLayout.JAVA_LONG, BLOCKS, memory.byteSize() / FloatKernels.SUM_BLOCK);
  }

  /// What it came to.
  public static int sum(MemorySegment arguments, Lanes.Width width) {
    int sum = 0;
    for (int lane = 0; lane < width.lanes(); lane++) {
      sum += arguments.get(ValueLayout.JAVA_INT, SUMS + (long) lane * Integer.BYTES);
    }
    return sum;
  }

  @Override
  public String name() {
    return "sum";
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    int vectors = FloatKernels.SUM_BLOCK / lanes.bytes();
    for (int i = 0; i < vectors; i++) {
      lanes.zero(lanes.vec(i));
    }
    asm.mov(AT, ARGUMENTS.field(ARGS, "from"));
    asm.mov(LEFT, ARGUMENTS.field(ARGS, "blocks"));
    lanes.repeat(
        LEFT,
        () -> {
          for (int line = 0; line < FloatKernels.SUM_BLOCK; line += LINE) {
            asm.prefetch(Hint.ALL_LEVELS, Mem.at(AT, AHEAD + line));
          }
          for (int i = 0; i < vectors; i++) {
            Vec sum = lanes.vec(i);
            asm.emit(VectorOp.VPADDD, sum, sum, Mem.at(AT, i * lanes.bytes()));
          }
          asm.add(AT, FloatKernels.SUM_BLOCK);
        });
    for (int i = 1; i < vectors; i++) {
      asm.emit(VectorOp.VPADDD, lanes.vec(0), lanes.vec(0), lanes.vec(i));
    }
    lanes.store(ARGUMENTS.field(ARGS, "sums"), lanes.vec(0));
  }
}
