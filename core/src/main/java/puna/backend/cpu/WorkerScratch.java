package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory that one worker owns, grown on demand and kept, so that kernels allocate nothing once
/// warm.
public final class WorkerScratch implements AutoCloseable {
  private static final int ARGUMENT_BYTES = 512;

  private final Native bytes = new Native();
  private final Native moreBytes = new Native();
  private final Native arguments = new Native();
  private float[] floats = new float[0];
  private float[] moreFloats = new float[0];

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

  /// 512 bytes of native memory for the argument struct of a routine, distinct from the others.
  public MemorySegment arguments() {
    return arguments.atLeast(ARGUMENT_BYTES);
  }

  /// Frees the native memory.
  @Override
  public void close() {
    bytes.release();
    moreBytes.release();
    arguments.release();
  }

  /// Half as much again: sizes that creep up, as a context does, must not allocate each time.
  private static int withRoom(int size) {
    return (int) Math.min(Integer.MAX_VALUE - 8L, size + size / 2L);
  }

  private static final class Native {
    private Arena arena = Arena.global(); // of `segment`, once that is not empty
    private MemorySegment segment = MemorySegment.NULL;

    MemorySegment atLeast(long size) {
      if (segment.byteSize() < size) {
        release();
        arena = Arena.ofShared();
        segment = arena.allocate(Math.addExact(size, size / 2), FloatMatrix.ALIGNMENT);
      }
      return segment;
    }

    void release() {
      if (segment.byteSize() > 0) {
        segment = MemorySegment.NULL;
        arena.close();
      }
    }
  }
}
