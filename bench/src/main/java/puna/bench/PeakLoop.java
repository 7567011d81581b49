package puna.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;
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

  private static final int TILE_BYTES = 1024;
  private static final int TILES = 8;
  private static final int SUMS = 4; // the tiles before the operands

  private final Routine routine;
  private final MemorySegment arguments;
  private final double gigaflop;

  /// What multiplies.
  enum Kind {
    /// Float32 (`vfmadd231ps`, 256 bits).
    FLOATS(12, 16),
    /// Bytes in two planes (AVX-VNNI's `vpdpbusd`, 256 bits).
    NARROW_PLANES(12, 32),
    /// Bytes in two planes (`vpdpbusd`, 512 bits).
    PLANES(24, 64),
    /// Tiles of bf16 (`tdpbf16ps`). Their numbers are random: zeros are multiplied at a higher
    /// clock.
    TILES(SUMS, 2 * 16 * 16 * 32);

    private final int accumulators;
    private final double operations; // of one instruction, in both planes' stead

    Kind(int accumulators, double operations) {
      this.accumulators = accumulators;
      this.operations = operations;
    }
  }

  PeakLoop(Arena arena, Kind kind) {
    MemorySegment operands = arena.allocate(TILES * TILE_BYTES, 64);
    Random random = new Random(1);
    for (long i = 0; i < operands.byteSize() / Short.BYTES; i++) {
      int bits = Float.floatToRawIntBits((float) random.nextGaussian());
      operands.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
    }
    this.arguments = arena.allocate(64, 64);
    arguments.set(ValueLayout.JAVA_LONG, 0, operands.address());
    this.gigaflop = kind.operations * kind.accumulators * ROUNDS / 1e9;
    this.routine = RoutineLibrary.load(List.of(new Loop(kind))).routine(Loop.NAME);
  }

  /// Runs once and returns the 10⁹ operations that it did.
  double run() {
    routine.call(arguments);
    return gigaflop;
  }

  private record Loop(Kind kind) implements Emitter {
    static final String NAME = "peak";

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public void emit(Assembler asm) {
      if (kind == Kind.TILES) {
        loadTiles(asm);
      }
      asm.mov(Gp.RCX, ROUNDS);
      Label round = new Label();
      asm.align(64);
      asm.bind(round);
      for (int i = 0; i < kind.accumulators; i++) {
        switch (kind) {
          case FLOATS ->
              asm.emit(VectorOp.VFMADD231PS, Vec.ymm(i), Vec.ymm(12 + i % 2), Vec.ymm(14 + i % 2));
          case NARROW_PLANES ->
              asm.emit(VectorOp.VPDPBUSD_VEX, Vec.ymm(i), Vec.ymm(12 + i % 2), Vec.ymm(14 + i % 2));
          case PLANES ->
              asm.emit(VectorOp.VPDPBUSD, Vec.zmm(i), Vec.zmm(24 + i % 2), Vec.zmm(26 + i % 3));
          case TILES -> asm.tdpbf16ps(Tile.tmm(i), Tile.tmm(4 + i / 2), Tile.tmm(6 + i % 2));
        }
      }
      asm.sub(Gp.RCX, 1);
      asm.jump(Condition.NOT_EQUAL, round);
      if (kind == Kind.TILES) {
        asm.tilerelease();
      }
    }

    /// All tiles whole: 16 rows of 64 bytes.
    private static void loadTiles(Assembler asm) {
      byte[] configuration = new byte[64];
      configuration[0] = 1; // the palette
      for (int tile = 0; tile < TILES; tile++) {
        configuration[16 + 2 * tile] = 64; // bytes a row
        configuration[48 + tile] = 16; // rows
      }
      asm.ldtilecfg(asm.constant(configuration));
      asm.mov(Gp.RSI, Mem.at(Gp.RDI));
      asm.mov(Gp.RAX, 64);
      for (int tile = 0; tile < TILES; tile++) {
        asm.tileloadd(Tile.tmm(tile), Mem.at(Gp.RSI, Gp.RAX, 1, tile * TILE_BYTES));
      }
    }
  }
}
