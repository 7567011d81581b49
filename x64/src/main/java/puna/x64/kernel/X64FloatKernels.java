package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.backend.cpu.scalar.ScalarKernels;
import puna.x64.attention.Attention;
import puna.x64.attention.ProductEmitter;
import puna.x64.attention.WideAttention.Arithmetic;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;
import puna.x64.cpu.X64Tier;
import puna.x64.row.Lanes;
import puna.x64.row.RopeEmitter;
import puna.x64.row.RowEmitter;
import puna.x64.row.RowEmitters;
import puna.x64.row.StoreEmitter;
import puna.x64.row.SumEmitter;
import puna.x64.tile.AmxTiles;
import puna.x64.tile.EmulatedTiles;
import puna.x64.tile.Tiles;

/// The loops that are no matrix products, as machine code.
///
/// Heads that are no multiple of 16, blocks that are no multiple of 16 positions and heads of more
/// than 512 go the scalar way: no Llama has them.
public final class X64FloatKernels implements FloatKernels {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Lanes.Width width;
  private final FloatKernels scalar = new ScalarKernels().floatKernels().orElseThrow();
  private final Routine rmsNorm;
  private final Routine rope;
  private final Routine swiglu;
  private final Routine add;
  private final Routine storeHalves;
  private final Routine sum;
  private final Attention attention;
  private final int queriesTogether;

  /// Where products are in tiles, reading keys and values takes a larger part of the time.
  private static final int QUERIES_IN_TILES = 256;

  /// How attention of many tokens multiplies.
  public enum AttentionArithmetic {
    /// In float32.
    EXACT,
    /// In bf16, where the tier has it and the cache is f16.
    BF16,
    /// The same in tiles, where the tier has them.
    AMX,
    /// The same in emulated tiles, where the tier has bf16.
    EMULATED
  }

  /// @param tier that this machine has
  /// @param loader makes routines callable
  public X64FloatKernels(
      X64Tier tier, AttentionArithmetic attention, Function<List<Emitter>, RoutineLibrary> loader) {
    this.width = tier.includes(X64Tier.AVX512_VNNI) ? Lanes.Width.ZMM : Lanes.Width.YMM;
    Arithmetic arithmetic = arithmetic(tier, attention);
    List<Emitter> emitters = new ArrayList<>();
    emitters.add(new RowEmitters.RmsNorm(width));
    emitters.add(new RopeEmitter(width));
    emitters.add(new RowEmitters.Swiglu(width));
    emitters.add(new RowEmitters.Add(width));
    emitters.add(new StoreEmitter(width));
    emitters.add(new SumEmitter(width));
    emitters.addAll(Attention.emitters(width, arithmetic));
    RoutineLibrary library = loader.apply(emitters);
    this.rmsNorm = library.routine("rmsNorm");
    this.rope = library.routine("rope");
    this.swiglu = library.routine("swiglu");
    this.add = library.routine("add");
    this.storeHalves = library.routine("storeHalves");
    this.sum = library.routine("sum");
    this.attention = new Attention(library, width, arithmetic);
    this.queriesTogether =
        arithmetic.tiles().isPresent() ? QUERIES_IN_TILES : FloatKernels.super.queriesTogether();
  }

  private static Arithmetic arithmetic(X64Tier tier, AttentionArithmetic attention) {
    if (attention == AttentionArithmetic.EXACT || !tier.includes(X64Tier.AVX512_BF16)) {
      return Arithmetic.FLOATS;
    }
    Optional<Tiles> tiles =
        switch (attention) {
          case EXACT, BF16 -> Optional.empty();
          case AMX -> tier.includes(X64Tier.AMX) ? Optional.of(new AmxTiles()) : Optional.empty();
          case EMULATED -> Optional.of(new EmulatedTiles());
        };
    return new Arithmetic(ProductEmitter.Numbers.PAIRS, tiles);
  }

  @Override
  public void rmsNorm(FloatMatrix out, FloatMatrix x, int token, Norm norm, WorkerScratch scratch) {
    RowEmitter.Rows rows =
        new RowEmitter.Rows(address(out, token), address(x, token), norm.gains().address());
    runRow(rmsNorm, rows, x.width(), norm.epsilon(), scratch);
  }

  @Override
  public void rope(
      FloatMatrix x, int token, int headSize, Rotation rotation, WorkerScratch scratch) {
    long at = 4L * token * (headSize / 2);
    RopeEmitter.Angles angles =
        new RopeEmitter.Angles(
            address(x, token), rotation.cosines().address() + at, rotation.sines().address() + at);
    MemorySegment arguments = scratch.arguments();
    RopeEmitter.fill(arguments, angles, x.width() / headSize, headSize, width);
    rope.call(arguments);
  }

  @Override
  public void swiglu(FloatMatrix gate, FloatMatrix up, int token, WorkerScratch scratch) {
    long at = address(gate, token);
    runRow(swiglu, new RowEmitter.Rows(at, at, address(up, token)), gate.width(), 0, scratch);
  }

  @Override
  public void add(FloatMatrix x, FloatMatrix delta, int token, WorkerScratch scratch) {
    long at = address(x, token);
    runRow(add, new RowEmitter.Rows(at, at, address(delta, token)), x.width(), 0, scratch);
  }

  private void runRow(
      Routine routine, RowEmitter.Rows rows, int values, float constant, WorkerScratch scratch) {
    MemorySegment arguments = scratch.arguments();
    RowEmitter.fill(arguments, rows, values, constant, width);
    routine.call(arguments);
  }

  @Override
  public void store(KvSlab slab, FloatMatrix x, int token, int slot, WorkerScratch scratch) {
    KvShape shape = slab.shape();
    if (slab.type() != KvType.F16 || shape.headSize() % width.lanes() != 0) {
      scalar.store(slab, x, token, slot, scratch);
      return;
    }
    long stride = shape.blockPositions() * slab.vectorBytes();
    int block = slot / shape.blockPositions();
    int lastHead = shape.kvHeads() - 1; // whose place lies in the block, or this throws
    long last = slab.address(block, lastHead, slot % shape.blockPositions(), 1);
    MemorySegment arguments = scratch.arguments();
    arguments.set(LONG, StoreEmitter.FROM, address(x, token));
    arguments.set(LONG, StoreEmitter.TO, last - lastHead * stride);
    arguments.set(LONG, StoreEmitter.STRIDE, stride);
    arguments.set(LONG, StoreEmitter.HEADS, shape.kvHeads());
    arguments.set(LONG, StoreEmitter.PIECES, shape.headSize() / width.lanes());
    storeHalves.call(arguments);
  }

  @Override
  public void attend(AttentionTask task, WorkerScratch scratch) {
    if (Attention.takes(task.keys().shape())) {
      attention.attend(task, scratch);
    } else {
      scalar.attend(task, scratch);
    }
  }

  @Override
  public int sum(MemorySegment memory, WorkerScratch scratch) {
    FloatKernels.checkSummed(memory);
    MemorySegment arguments = scratch.arguments();
    SumEmitter.fill(arguments, memory);
    sum.call(arguments);
    return SumEmitter.sum(arguments, width);
  }

  @Override
  public int queriesTogether() {
    return queriesTogether;
  }

  private static long address(FloatMatrix matrix, int token) {
    Objects.checkIndex(token, matrix.capacity());
    return matrix.data().address() + matrix.offset(token);
  }
}
