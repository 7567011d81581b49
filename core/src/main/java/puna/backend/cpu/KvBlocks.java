package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// The memory of a cache's blocks, as far as some of its layers go: one piece a block, taken when
/// it is first written, which never moves.
final class KvBlocks {
  private final SegmentAllocator memory;
  private final MemorySegment[] blocks; // empty before they are first written
  private final Deque<MemorySegment> unused = new ArrayDeque<>(); // what was given back
  private long blockBytes; // what one takes, padding included

  KvBlocks(int blocks, SegmentAllocator memory) {
    this.memory = memory;
    this.blocks = new MemorySegment[blocks];
    Arrays.fill(this.blocks, MemorySegment.NULL);
  }

  /// Makes room in every block, before the first is written.
  ///
  /// @return where it begins in each block's memory
  long makeRoom(long bytes) {
    long at = blockBytes;
    blockBytes =
        Math.addExact(at, Math.ceilDiv(bytes, FloatMatrix.ALIGNMENT) * FloatMatrix.ALIGNMENT);
    return at;
  }

  /// The memory by block, which goes on to be filled.
  MemorySegment[] table() {
    return blocks;
  }

  boolean isUnwritten(int block) {
    return blocks[block].byteSize() == 0;
  }

  /// Takes memory for a block that has none.
  void reserve(int block) {
    if (blockBytes > 0 && isUnwritten(block)) {
      blocks[block] =
          unused.isEmpty() ? memory.allocate(blockBytes, FloatMatrix.ALIGNMENT) : unused.pop();
    }
  }

  /// Gives a block's memory to the next that needs some.
  void drop(int block) {
    if (!isUnwritten(block)) {
      unused.push(blocks[block]);
      blocks[block] = MemorySegment.NULL;
    }
  }
}
