package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Sixteen uneven levels, 32 values a scale: `d · level[n]`.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..17 | nibbles `n`: low = value `i`, high = value `i + 16` |
///
/// ggml has two encoders of this type, one that takes the first scale and one that searches.
final class Iq4NlFormat extends EncodableFormat {
  /// Takes the scale from the largest value.
  static final int NO_SEARCH = -1;

  /// As many steps to each side as ggml's quantization tool searches.
  static final int TOOL_SEARCH = 7;

  private final int tries;

  Iq4NlFormat(int tries) {
    super(TensorType.IQ4_NL);
    this.tries = tries;
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    decodeNibbles(blocks, base + 2, Bytes.half(blocks, base), out, at);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = UnevenLevels.bestScale(values, at, tries);
    Bytes.putHalf(blocks, base, scale);
    // Without a search the numbers stay those of the first scale, not of its least-squares mend.
    float used = tries > 0 ? scale : UnevenLevels.firstScale(values, at, tries);
    int[] numbers = UnevenLevels.nearest(values, at, Rounding.inverse(used));
    Nibbles.put(numbers, 0, 16, blocks, base + 2);
  }

  static void decodeNibbles(MemorySegment blocks, long offset, float scale, float[] out, int at) {
    for (int i = 0; i < 16; i++) {
      int pair = Bytes.u8(blocks, offset + i);
      out[at + i] = scale * UnevenLevels.level(pair & 15);
      out[at + 16 + i] = scale * UnevenLevels.level(pair >>> 4);
    }
  }
}
