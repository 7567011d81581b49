package puna.saved;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.backend.KvType;

/// Turns blocks from the form of a cache into that of a file, and back.
final class BlockCodec {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LARGEST = 127;

  private BlockCodec() {}

  /// Copies a block, each part in the type that the target has for it.
  static void convert(MemorySegment source, BlockForm from, MemorySegment target, BlockForm to) {
    long read = 0;
    long written = 0;
    for (int layer = 0; layer < from.layers(); layer++) {
      for (int part = 0; part < 2; part++) {
        KvType before = part == 0 ? from.keyType() : from.valueType();
        KvType after = part == 0 ? to.keyType() : to.valueType();
        long size = from.layerBytes(before);
        long newSize = to.layerBytes(after);
        convert(
            new Numbers(source.asSlice(read, size), before),
            new Numbers(target.asSlice(written, newSize), after),
            from.layerNumbers());
        read += size;
        written += newSize;
      }
    }
  }

  private record Numbers(MemorySegment memory, KvType type) {}

  private static void convert(Numbers source, Numbers target, int count) {
    if (source.type == target.type) {
      MemorySegment.copy(source.memory, 0, target.memory, 0, source.memory.byteSize());
      return;
    }
    float[] values = new float[KvType.BLOCK];
    for (int from = 0; from < count; from += KvType.BLOCK) {
      if (source.type == KvType.Q8_0) {
        decode(source.memory, from, values);
        put(target, from, values);
      } else {
        get(source, from, values);
        encode(values, target.memory, from);
      }
    }
  }

  private static void get(Numbers source, int from, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] =
          source.type == KvType.F32
              ? source.memory.get(FLOAT, 4L * (from + i))
              : Float.float16ToFloat(source.memory.get(SHORT, 2L * (from + i)));
    }
  }

  private static void put(Numbers target, int from, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (target.type == KvType.F32) {
        target.memory.set(FLOAT, 4L * (from + i), values[i]);
      } else {
        target.memory.set(SHORT, 2L * (from + i), Float.floatToFloat16(values[i]));
      }
    }
  }

  private static long place(int from) {
    return (long) from / KvType.BLOCK * KvType.EIGHT_BIT_BLOCK_BYTES;
  }

  private static void encode(float[] values, MemorySegment target, int from) {
    float peak = 0;
    for (float value : values) {
      peak = Math.max(peak, Math.abs(value));
    }
    float scale = peak / LARGEST;
    float inverse = scale > 0 ? 1 / scale : 0;
    long at = place(from);
    target.set(SHORT, at, Float.floatToFloat16(scale));
    for (int i = 0; i < values.length; i++) {
      int number = Math.clamp(Math.round(values[i] * inverse), -LARGEST, LARGEST);
      target.set(ValueLayout.JAVA_BYTE, at + Short.BYTES + i, (byte) number);
    }
  }

  private static void decode(MemorySegment source, int from, float[] values) {
    long at = place(from);
    float scale = Float.float16ToFloat(source.get(SHORT, at));
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * source.get(ValueLayout.JAVA_BYTE, at + Short.BYTES + i);
    }
  }
}
