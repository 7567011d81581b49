package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The native memory of one panel: that of the panel before it is given back when a larger one
/// takes its place.
final class PanelMemory implements SegmentAllocator, AutoCloseable {
  private final Function<Arena, SegmentAllocator> memory;
  private @Nullable Arena current;
  private @Nullable Arena next; // of a panel in the making
  private @Nullable SegmentAllocator nextMemory;

  PanelMemory(Function<Arena, SegmentAllocator> memory) {
    this.memory = memory;
  }

  /// A panel for `x`: `panel` itself if it has room, else a new one, and then `panel` is gone.
  Panel reserve(PanelLayout layout, FloatMatrix x, @Nullable Panel panel) {
    try {
      Panel reserved = layout.reserve(x, panel, this);
      if (next != null) {
        close(current);
        current = next;
        next = null;
      }
      return reserved;
    } finally {
      close(next);
      next = null;
      nextMemory = null;
    }
  }

  /// For a panel in the making: all its memory has one lifetime.
  // The arena is closed with the panel.
  @Override
  public MemorySegment allocate(long size, long alignment) {
    if (nextMemory == null) {
      Arena arena = Arena.ofShared();
      next = arena;
      nextMemory = memory.apply(arena);
    }
    return nextMemory.allocate(size, alignment);
  }

  @Override
  public void close() {
    close(current);
    current = null;
  }

  private static void close(@Nullable Arena arena) {
    if (arena != null) {
      arena.close();
    }
  }
}
