package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Native memory that one owner asks for again and again: kept while it is large enough, given back
/// when more is needed, and in the end.
///
/// Not thread-safe; what it gives may be used by any thread.
final class GrowingMemory implements WorkerScratch.Native {
  private final Function<Arena, SegmentAllocator> memory;
  private @Nullable Arena arena;
  private MemorySegment segment = MemorySegment.NULL;

  /// @param memory where it is laid, to be freed with the arena
  GrowingMemory(Function<Arena, SegmentAllocator> memory) {
    this.memory = memory;
  }

  /// At least `size` bytes, 64-byte aligned, contents undefined. Valid until more is asked for.
  ///
  /// New memory has half as much again: sizes that creep up, as a context does, must not allocate
  /// each time.
  @Override
  public MemorySegment atLeast(long size) {
    if (segment.byteSize() < size) {
      close();
      Arena next = newArena();
      segment = memory.apply(next).allocate(Math.addExact(size, size / 2), FloatMatrix.ALIGNMENT);
    }
    return segment;
  }

  // It is closed with this object, or when more is asked for.
  private Arena newArena() {
    Arena next = Arena.ofShared();
    arena = next;
    return next;
  }

  /// Gives the memory back. More may be asked for afterwards.
  @Override
  public void close() {
    segment = MemorySegment.NULL;
    Arena old = arena;
    arena = null;
    if (old != null) {
      old.close();
    }
  }
}
