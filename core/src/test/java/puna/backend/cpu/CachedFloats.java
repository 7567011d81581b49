package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import puna.backend.Batch;

/// Floats that tests store in a cache, and how they are read back.
final class CachedFloats {
  private CachedFloats() {}

  /// A step that writes the first positions of a sequence.
  static Batch written(int positions, int[] blocks) {
    Batch batch = new Batch(positions);
    batch.addRun(0, blocks);
    for (int position = 0; position < positions; position++) {
      batch.addToken(1);
    }
    return batch;
  }

  /// Value `d` of KV head 1 at a position.
  static float cached(KvSlab slab, int[] blocks, int position, int d) {
    int width = slab.shape().blockPositions();
    MemorySegment data = slab.memory(blocks[position / width]);
    long at = slab.offset(1, position % width);
    return switch (slab.type()) {
      case F32 -> data.get(ValueLayout.JAVA_FLOAT, at + 4L * d);
      case F16 -> Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT, at + 2L * d));
      case Q8_0 -> {
        long group = at + d / 32 * 34L;
        float scale = Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, group));
        yield scale * data.get(ValueLayout.JAVA_BYTE, group + 2 + d % 32);
      }
      case Q4_0 -> {
        long group = at + d / 32 * 18L;
        float scale = Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, group));
        int both = data.get(ValueLayout.JAVA_BYTE, group + 2 + d % 16) & 0xFF;
        yield scale * ((d % 32 < 16 ? both & 15 : both >> 4) - 8);
      }
    };
  }

  /// Any bit pattern, half of the time near the range of binary16.
  static float interesting(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Float.intBitsToFloat(random.nextInt());
      case 1 -> Float.float16ToFloat((short) random.nextInt());
      case 2 ->
          Float.intBitsToFloat(
              Float.floatToRawIntBits(Float.float16ToFloat((short) random.nextInt())) + 0x1000);
      case 3 -> (float) random.nextGaussian() * 0x1p-20f;
      case 4 -> (random.nextFloat() + 0.5f) * 65520f;
      default -> (float) random.nextGaussian();
    };
  }
}
