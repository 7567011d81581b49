package puna.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.tensor.ComputedBytes;
import puna.tensor.StoredBytes;

/// The bytes of a tensor of a big-endian file, turned round field by field while they are read.
///
/// @param stored all blocks of the tensor as they are stored
record BigEndianBytes(StoredBytes stored, BlockFields fields) implements ComputedBytes.Source {

  /// All blocks in little-endian order.
  static StoredBytes turned(StoredBytes stored, BlockFields fields) {
    long bytes = fields.blockBytes();
    return new ComputedBytes(new BigEndianBytes(stored, fields), bytes, stored.size() / bytes);
  }

  @Override
  public void read(long block, MemorySegment target) {
    stored.read(block * fields.blockBytes(), target);
    for (BlockFields.Field field : fields.fields()) {
      turn(target, field);
    }
  }

  private void turn(MemorySegment blocks, BlockFields.Field field) {
    int step = fields.blockBytes();
    long end = blocks.byteSize();
    for (long at = field.offset(); at < end; at += step) {
      switch (field.bytes()) {
        case Short.BYTES -> {
          short value = blocks.get(ValueLayout.JAVA_SHORT_UNALIGNED, at);
          blocks.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Short.reverseBytes(value));
        }
        case Integer.BYTES -> {
          int value = blocks.get(ValueLayout.JAVA_INT_UNALIGNED, at);
          blocks.set(ValueLayout.JAVA_INT_UNALIGNED, at, Integer.reverseBytes(value));
        }
        default -> {
          long value = blocks.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
          blocks.set(ValueLayout.JAVA_LONG_UNALIGNED, at, Long.reverseBytes(value));
        }
      }
    }
  }
}
