package puna.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;
import puna.tensor.StoredBytes;

/// The bytes of a tensor of a big-endian file, turned round field by field while they are read.
///
/// @param stored all blocks of the tensor as they are stored
/// @param start the first byte of this part
/// @param size bytes of this part
record BigEndianBytes(StoredBytes stored, BlockFields fields, long start, long size)
    implements StoredBytes {
  private static final int PIECE_BLOCKS = 256;

  BigEndianBytes(StoredBytes stored, BlockFields fields) {
    this(stored, fields, 0, stored.size());
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long block = fields.blockBytes();
    long at = start + from;
    long end = at + target.byteSize();
    if (at % block == 0 && end % block == 0) {
      stored.read(at, target);
      turn(target);
      return;
    }
    readPieces(at, target);
  }

  /// Whole blocks by way of the heap, of which a part is asked for.
  private void readPieces(long from, MemorySegment target) {
    long block = fields.blockBytes();
    long end = from + target.byteSize();
    long at = from;
    while (at < end) {
      long first = at / block * block;
      long last = Math.min(Math.ceilDiv(end, block) * block, first + PIECE_BLOCKS * block);
      MemorySegment piece = MemorySegment.ofArray(new byte[(int) (last - first)]);
      stored.read(first, piece);
      turn(piece);
      long count = Math.min(end, last) - at;
      MemorySegment.copy(piece, at - first, target, at - from, count);
      at += count;
    }
  }

  private void turn(MemorySegment blocks) {
    for (BlockFields.Field field : fields.fields()) {
      turn(blocks, field);
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

  @Override
  public StoredBytes slice(long from, long bytes) {
    Objects.checkFromIndexSize(from, bytes, size);
    return new BigEndianBytes(stored, fields, start + from, bytes);
  }

  /// None: they lie nowhere in this order.
  @Override
  public Optional<MemorySegment> memory() {
    return Optional.empty();
  }
}
