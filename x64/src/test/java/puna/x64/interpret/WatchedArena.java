package puna.x64.interpret;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An arena whose memory interpreted code may touch.
public final class WatchedArena implements Arena {
  private final Arena arena = Arena.ofShared();
  private final AddressSpace space;

  public WatchedArena(AddressSpace space) {
    this.space = space;
  }

  @Override
  public MemorySegment allocate(long size, long alignment) {
    MemorySegment segment = arena.allocate(size, alignment);
    space.add(segment);
    return segment;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  @Override
  public void close() {
    arena.close();
  }
}
