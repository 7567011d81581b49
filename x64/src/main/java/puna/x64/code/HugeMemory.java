package puna.x64.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// Memory in huge pages, as far as the system has them: regions aligned to 2 MiB that are handed
/// out from front to back and given back when the arena closes.
///
/// Where the system maps no region, the arena's own memory is handed out instead. Not thread-safe.
public final class HugeMemory implements SegmentAllocator {
  static final long HUGE_PAGE = 2L << 20;

  /// Regions are mapped this large at least; what is never touched is never given by the system.
  static final long REGION = 64L << 20;

  /// Bytes at the end of each region that are never handed out, so that a kernel that reads the
  /// vector behind its last one stays in the region.
  static final long GUARD = 4096;

  private static final long ALIGNMENT = 64;

  private final SystemMemory memory;
  private final Arena arena;
  private MemorySegment region = MemorySegment.NULL; // without its guard
  private long used;

  public HugeMemory(SystemMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /// Zeroed memory, aligned to 64 bytes or to `byteAlignment` if that is more.
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    if (byteSize < 0 || byteAlignment < 1 || Long.bitCount(byteAlignment) != 1) {
      throw new IllegalArgumentException(
          "a size of 0 or more and an alignment that is a power of two are needed, found %s and %s"
              .formatted(byteSize, byteAlignment));
    }
    long alignment = Math.max(byteAlignment, ALIGNMENT);
    long start = used + alignment - 1 & -alignment;
    if (alignment <= HUGE_PAGE && start > region.byteSize() - byteSize) {
      region = map(byteSize);
      start = 0;
    }
    if (alignment > HUGE_PAGE || start > region.byteSize() - byteSize) {
      return arena.allocate(byteSize, alignment);
    }
    used = start + byteSize;
    return region.asSlice(start, byteSize);
  }

  /// A region with room for `byteSize` bytes, or an empty one where the system refuses.
  @SuppressWarnings("restricted")
  private MemorySegment map(long byteSize) {
    used = 0;
    if (byteSize > Long.MAX_VALUE - REGION) {
      return MemorySegment.NULL;
    }
    long size = Math.max(REGION, byteSize + GUARD + HUGE_PAGE - 1 & -HUGE_PAGE);
    long mapped = size + HUGE_PAGE; // room to align it
    long address;
    try {
      address = memory.map(mapped);
    } catch (RefusedException e) {
      return MemorySegment.NULL;
    }
    long aligned = address + HUGE_PAGE - 1 & -HUGE_PAGE;
    memory.adviseHuge(aligned, size);
    SystemMemory system = memory; // an arena's clean-up must not hold the arena, as `this` does
    return MemorySegment.ofAddress(address)
        .reinterpret(mapped, arena, _ -> system.unmap(address, mapped))
        .asSlice(aligned - address, size - GUARD);
  }
}
