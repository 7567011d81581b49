package puna.checkpoint.llama2c;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.tensor.ComputedBytes;
import puna.tensor.StoredBytes;

/// Float32 values that are made while they are read, of one signed byte each and a scale that
/// `group` of them in a row share: value = code × scale.
///
/// @param codes one byte a value
/// @param scales float32, little-endian, one a group
record GroupedCodes(StoredBytes codes, StoredBytes scales, int group)
    implements ComputedBytes.Source {
  private static final int AT_ONCE = 1 << 13;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// All values.
  ///
  /// @param group must divide the number of codes
  static StoredBytes values(StoredBytes codes, StoredBytes scales, int group) {
    if (codes.size() % group != 0 || scales.size() != codes.size() / group * Float.BYTES) {
      throw new IllegalArgumentException(
          "%s codes in groups of %s must have as many scales, found %s bytes of them"
              .formatted(codes.size(), group, scales.size()));
    }
    return new ComputedBytes(new GroupedCodes(codes, scales, group), Float.BYTES, codes.size());
  }

  @Override
  public long atOnce(long first) {
    return AT_ONCE;
  }

  @Override
  public void read(long first, MemorySegment target) {
    int count = Math.toIntExact(target.byteSize() / Float.BYTES);
    byte[] bytes = new byte[count];
    codes.read(first, MemorySegment.ofArray(bytes));
    long firstGroup = first / group;
    int groups = (int) ((first + count - 1) / group - firstGroup + 1);
    MemorySegment factors = MemorySegment.ofArray(new byte[groups * Float.BYTES]);
    scales.read(firstGroup * Float.BYTES, factors);
    for (int i = 0; i < count; i++) {
      float scale = factors.getAtIndex(FLOAT, (first + i) / group - firstGroup);
      // A group of zeros has the scale 0/0 in llama2.c's own files.
      float value = bytes[i] == 0 ? 0 : bytes[i] * scale;
      target.setAtIndex(FLOAT, i, value);
    }
  }
}
