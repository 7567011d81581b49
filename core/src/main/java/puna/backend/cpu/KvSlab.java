package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import puna.backend.KvShape;
import puna.backend.KvType;

/// The keys, or the values, of one layer, block by block: each block has `kvHeads × blockPositions
/// × headSize` numbers of it, so that the positions of one head in one block lie side by side.
///
/// A block's memory also holds the other slabs of its cache, and never moves. Where keys and values
/// have one type, they lie equally far apart in all blocks, which kernels rely on.
public final class KvSlab {
  private final KvShape shape;
  private final KvType type;
  private final long vectorBytes;
  private final MemorySegment[] blocks; // the cache's own; empty where nothing was written yet
  private final long start; // of these numbers in each block's memory

  /// Numbers that have memory of their own.
  ///
  /// @param type of these numbers: the shape's of keys, or of values
  /// @param data of all blocks, one behind the other
  public KvSlab(KvShape shape, KvType type, MemorySegment data) {
    this(shape, type, inBlocks(shape, type, data), 0);
  }

  /// @param blocks memory by block, which the cache goes on to fill
  /// @param start where these numbers begin in each block's memory
  KvSlab(KvShape shape, KvType type, MemorySegment[] blocks, long start) {
    this.shape = shape;
    this.type = type;
    this.vectorBytes = type.bytes(shape.headSize());
    this.blocks = blocks;
    this.start = start;
  }

  private static MemorySegment[] inBlocks(KvShape shape, KvType type, MemorySegment data) {
    MemorySegment[] blocks = new MemorySegment[shape.blocks()];
    long bytes = shape.blockBytes(type);
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = data.asSlice(block * bytes, bytes);
    }
    return blocks;
  }

  public KvShape shape() {
    return shape;
  }

  /// How these numbers are stored.
  public KvType type() {
    return type;
  }

  /// The memory in which a block lies: empty before it is first written, the same ever after.
  public MemorySegment memory(int block) {
    return blocks[block];
  }

  /// Bytes of one head's vector at one position.
  public long vectorBytes() {
    return vectorBytes;
  }

  /// The byte offset of a head's vector in the memory of its block.
  public long offset(int kvHead, int positionInBlock) {
    return start + ((long) kvHead * shape.blockPositions() + positionInBlock) * vectorBytes;
  }

  /// The address of a head's vectors at some positions of a block, all of which lie in its memory,
  /// or this throws.
  ///
  /// @param count positions
  public long address(int block, int kvHead, int positionInBlock, int count) {
    MemorySegment memory = blocks[block];
    long offset = offset(kvHead, positionInBlock);
    Objects.checkFromIndexSize(offset, count * vectorBytes, memory.byteSize());
    return memory.address() + offset;
  }

  /// One block's numbers, of all heads.
  MemorySegment block(int block) {
    return blocks[block].asSlice(start, shape.blockBytes(type));
  }
}
