package puna.checkpoint.llama2c;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;
import puna.tensor.StoredBytes;

/// Float32 values that are made while they are read, of one signed byte each and a scale that
/// `group` of them in a row share: value = code × scale.
///
/// @param codes one byte a value
/// @param scales float32, little-endian, one a group
/// @param start the first byte of this part
/// @param size bytes of this part
record GroupedCodes(StoredBytes codes, StoredBytes scales, int group, long start, long size)
    implements StoredBytes {
  private static final int AT_ONCE = 1 << 13;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// All values.
  ///
  /// @param group must divide the number of codes
  GroupedCodes(StoredBytes codes, StoredBytes scales, int group) {
    this(codes, scales, group, 0, Math.multiplyExact(codes.size(), Float.BYTES));
    if (codes.size() % group != 0 || scales.size() != codes.size() / group * Float.BYTES) {
      throw new IllegalArgumentException(
          "%s codes in groups of %s must have as many scales, found %s bytes of them"
              .formatted(codes.size(), group, scales.size()));
    }
  }

  @Override
  public void read(long from, MemorySegment target) {
    Objects.checkFromIndexSize(from, target.byteSize(), size);
    long at = start + from;
    long done = 0;
    while (done < target.byteSize()) {
      long first = at / Float.BYTES;
      long last = (at + target.byteSize() - done + Float.BYTES - 1) / Float.BYTES;
      MemorySegment values = decoded(first, (int) Math.min(AT_ONCE, last - first));
      long skipped = at - first * Float.BYTES;
      long count = Math.min(values.byteSize() - skipped, target.byteSize() - done);
      MemorySegment.copy(values, skipped, target, done, count);
      at += count;
      done += count;
    }
  }

  private MemorySegment decoded(long first, int count) {
    byte[] bytes = new byte[count];
    codes.read(first, MemorySegment.ofArray(bytes));
    long firstGroup = first / group;
    int groups = (int) ((first + count - 1) / group - firstGroup + 1);
    MemorySegment factors = MemorySegment.ofArray(new byte[groups * Float.BYTES]);
    scales.read(firstGroup * Float.BYTES, factors);
    MemorySegment values = MemorySegment.ofArray(new byte[count * Float.BYTES]);
    for (int i = 0; i < count; i++) {
      float scale = factors.getAtIndex(FLOAT, (first + i) / group - firstGroup);
      // A group of zeros has the scale 0/0 in llama2.c's own files.
      float value = bytes[i] == 0 ? 0 : bytes[i] * scale;
      values.setAtIndex(FLOAT, i, value);
    }
    return values;
  }

  @Override
  public StoredBytes slice(long from, long bytes) {
    Objects.checkFromIndexSize(from, bytes, size);
    return new GroupedCodes(codes, scales, group, start + from, bytes);
  }

  /// None: they lie nowhere as they are read.
  @Override
  public Optional<MemorySegment> memory() {
    return Optional.empty();
  }
}
