package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Signed bytes with their sum, 32 values a scale: `q · d`. Activations only, never in files.
///
/// | bytes | content |
/// |---|---|
/// | 0..1 | scale `d`, f16 |
/// | 2..3 | `d · Σ q`, f16 |
/// | 4..35 | `q`, 32 × i8 |
final class Q81Format extends EncodableFormat {
  Q81Format() {
    super(TensorType.Q8_1);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    Q80Format.decodeBytes(blocks, base + 4, Bytes.half(blocks, base), out, at);
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.peak(values, at, 32) / 127;
    Bytes.putHalf(blocks, base, scale);
    int sum = Q80Format.encodeBytes(values, at, scale, blocks, base + 4);
    Bytes.putHalf(blocks, base + 2, sum * scale);
  }
}
