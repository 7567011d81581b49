package puna.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// Weights whose every bit is random, but for blocks with values that no model has.
final class ModerateBlocks {
  private static final float LARGEST = 8f;

  /// What at least one weight of a block reaches: f16 has few bits for the steps of tinier ones.
  private static final float LEAST_PEAK = 1 / 8f;

  private static final int BLOCKS = 61; // that are drawn from

  private ModerateBlocks() {}

  /// Fills `target`, whole blocks of `type`; always with the same.
  static void fill(TensorType type, MemorySegment target) {
    BlockFormat format = BlockFormats.of(type).orElseThrow();
    Random random = new Random(2);
    byte[][] blocks = new byte[BLOCKS][type.blockBytes()];
    float[] values = new float[type.blockSize()];
    for (byte[] block : blocks) {
      do {
        random.nextBytes(block);
        format.decode(MemorySegment.ofArray(block), 0, values, 0, values.length);
      } while (!isModerate(values));
    }
    for (long at = 0; at < target.byteSize(); at += type.blockBytes()) {
      byte[] block = blocks[random.nextInt(BLOCKS)];
      MemorySegment.copy(block, 0, target, ValueLayout.JAVA_BYTE, at, block.length);
    }
  }

  private static boolean isModerate(float[] values) {
    float peak = 0;
    for (float value : values) {
      if (!(Math.abs(value) <= LARGEST)) {
        return false;
      }
      peak = Math.max(peak, Math.abs(value));
    }
    return peak >= LEAST_PEAK;
  }
}
