package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import puna.backend.KvShape;

/// The keys, or the values, of one layer: `blocks × kvHeads × blockPositions × headSize` numbers,
/// so that the positions of one head in one block lie side by side.
public record KvSlab(KvShape shape, MemorySegment data) {
  /// The byte offset of a head's vector.
  public long offset(int block, int kvHead, int positionInBlock) {
    long vector =
        ((long) block * shape.kvHeads() + kvHead) * shape.blockPositions() + positionInBlock;
    return vector * shape.headSize() * shape.type().bytes();
  }
}
