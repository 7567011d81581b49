package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.function.Function;

/// Memory that one worker owns, grown on demand and kept, so that kernels allocate nothing once
/// warm.
public final class WorkerScratch implements AutoCloseable {
  private static final int ARGUMENT_BYTES = 512;

  private final int worker;
  private final Native bytes;
  private final Native moreBytes;
  private final Native packedRows;
  private final Native arguments;
  private float[] floats = new float[0];
  private float[] moreFloats = new float[0];

  public WorkerScratch() {
    this(0, arena -> arena);
  }

  /// Of the only worker.
  ///
  /// @param memory where large pieces are laid, to be freed with the arena
  public WorkerScratch(Function<Arena, SegmentAllocator> memory) {
    this(0, memory);
  }

  /// @param worker its number, from 0
  /// @param memory where large pieces are laid, to be freed with the arena
  public WorkerScratch(int worker, Function<Arena, SegmentAllocator> memory) {
    this.worker = worker;
    bytes = new GrowingMemory(memory);
    moreBytes = new GrowingMemory(memory);
    packedRows = new GrowingMemory(memory);
    arguments = new GrowingMemory(arena -> arena);
  }

  private WorkerScratch(SegmentAllocator memory) {
    worker = 0;
    bytes = new Exact(memory);
    moreBytes = new Exact(memory);
    packedRows = new Exact(memory);
    arguments = new Exact(memory);
  }

  /// With native memory from `memory`, which frees it: in pieces no larger than asked for, so that
  /// whoever watches that memory sees every byte too many.
  public static WorkerScratch exactIn(SegmentAllocator memory) {
    return new WorkerScratch(memory);
  }

  /// The number of the worker that owns it, from 0.
  int worker() {
    return worker;
  }

  /// At least `size` floats, contents undefined.
  public float[] floats(int size) {
    if (floats.length < size) {
      floats = new float[withRoom(size)];
    }
    return floats;
  }

  /// A second array, distinct from `floats`.
  public float[] moreFloats(int size) {
    if (moreFloats.length < size) {
      moreFloats = new float[withRoom(size)];
    }
    return moreFloats;
  }

  /// At least `size` bytes of native memory, 64-byte aligned, contents undefined. Valid until more
  /// is asked for.
  public MemorySegment bytes(long size) {
    return bytes.atLeast(size);
  }

  /// A second piece of native memory, distinct from `bytes`.
  public MemorySegment moreBytes(long size) {
    return moreBytes.atLeast(size);
  }

  /// A third piece, for rows that are packed to be used once.
  MemorySegment packedRows(long size) {
    return packedRows.atLeast(size);
  }

  /// 512 bytes of native memory for the argument struct of a routine, distinct from the others.
  public MemorySegment arguments() {
    return arguments.atLeast(ARGUMENT_BYTES);
  }

  /// Frees the native memory.
  @Override
  public void close() {
    bytes.close();
    moreBytes.close();
    packedRows.close();
    arguments.close();
  }

  /// Half as much again: sizes that creep up, as a context does, must not allocate each time.
  private static int withRoom(int size) {
    return (int) Math.min(Integer.MAX_VALUE - 8L, size + size / 2L);
  }

  /// Native memory of at least the size that was asked for last.
  interface Native extends AutoCloseable {
    MemorySegment atLeast(long size);

    @Override
    void close();
  }

  private static final class Exact implements Native {
    private final SegmentAllocator memory;
    private MemorySegment segment = MemorySegment.NULL;

    Exact(SegmentAllocator memory) {
      this.memory = memory;
    }

    @Override
    public MemorySegment atLeast(long size) {
      if (segment.byteSize() != size) {
        segment = memory.allocate(size, FloatMatrix.ALIGNMENT);
      }
      return segment;
    }

    @Override
    public void close() {}
  }
}
