package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import puna.backend.KvShape;
import puna.backend.KvType;

/// The keys, or the values, of one layer: `blocks × kvHeads × blockPositions × headSize` numbers,
/// so that the positions of one head in one block lie side by side.
public final class KvSlab {
  private final KvShape shape;
  private final KvType type;
  private final long vectorBytes;
  private MemorySegment data;

  /// @param type of these numbers: the shape's of keys, or of values
  public KvSlab(KvShape shape, KvType type, MemorySegment data) {
    this.shape = shape;
    this.type = type;
    this.vectorBytes = type.bytes(shape.headSize());
    this.data = data;
  }

  public KvShape shape() {
    return shape;
  }

  /// How these numbers are stored.
  public KvType type() {
    return type;
  }

  /// The numbers of the blocks written so far; the shape's number of blocks is the most there can
  /// be. They move when the cache grows, between steps: fetch this anew for each task.
  public MemorySegment data() {
    return data;
  }

  /// Bytes of one head's vector at one position.
  public long vectorBytes() {
    return vectorBytes;
  }

  /// The byte offset of a head's vector.
  public long offset(int block, int kvHead, int positionInBlock) {
    long vector =
        ((long) block * shape.kvHeads() + kvHead) * shape.blockPositions() + positionInBlock;
    return vector * vectorBytes;
  }

  /// The byte offset of a head's vector in slot `block · blockPositions + position in the block`.
  public long offset(int slot, int kvHead) {
    return offset(slot / shape.blockPositions(), kvHead, slot % shape.blockPositions());
  }

  /// One block's numbers, of all heads.
  MemorySegment block(int block) {
    return data.asSlice(offset(block, 0, 0), shape.blockBytes(type));
  }

  /// Goes on in other memory, which holds the same numbers.
  void moveTo(MemorySegment other) {
    data = other;
  }
}
