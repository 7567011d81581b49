package puna.quant;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import puna.tensor.TensorType;

/// A format that handles one block after the other, each by itself: checks the range once, then
/// walks the blocks.
abstract class FixedBlockFormat implements BlockFormat {
  private final TensorType type;

  FixedBlockFormat(TensorType type) {
    this.type = type;
  }

  /// Decodes the block that starts at byte `base` into `out[at…]`.
  abstract void decodeBlock(MemorySegment blocks, long base, float[] out, int at);

  /// Encodes one block of `values[at…]` to byte `base`. Every byte of the block is written.
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    throw new UnsupportedOperationException(type + " has no reference encoder");
  }

  @Override
  public final TensorType type() {
    return type;
  }

  @Override
  public void decode(MemorySegment blocks, long offset, float[] out, int at, int count) {
    int wholeBlocks = check(blocks, offset, out, at, count);
    for (int block = 0; block < wholeBlocks; block++) {
      decodeBlock(
          blocks, offset + (long) block * type.blockBytes(), out, at + block * type.blockSize());
    }
  }

  @Override
  public void encode(float[] values, int at, int count, MemorySegment blocks, long offset) {
    int wholeBlocks = check(blocks, offset, values, at, count);
    for (int block = 0; block < wholeBlocks; block++) {
      encodeBlock(
          values, at + block * type.blockSize(), blocks, offset + (long) block * type.blockBytes());
    }
  }

  /// The number of blocks in `count` elements, when both ranges exist.
  final int check(MemorySegment blocks, long offset, float[] values, int at, int count) {
    if (count % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "%s comes in blocks of %s elements, found %s elements"
              .formatted(type, type.blockSize(), count));
    }
    Objects.checkFromIndexSize(at, count, values.length);
    Objects.checkFromIndexSize(offset, type.byteSize(count), blocks.byteSize());
    return count / type.blockSize();
  }
}
