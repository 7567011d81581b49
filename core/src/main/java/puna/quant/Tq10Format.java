package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Ternary values, five to a byte, 256 a scale: `(t − 1) · d`.
///
/// | bytes | content |
/// |---|---|
/// | 0..31 | trit `k` of byte `i` is value `32k + i` |
/// | 32..47 | trit `k` of byte `i` is value `160 + 16k + i` |
/// | 48..51 | four trits: trit `k` of byte `i` is value `240 + 4k + i` |
/// | 52..53 | scale `d`, f16 |
///
/// A byte is a fixed-point fraction in base 3: `b · 3^k mod 256` brings trit `k` to the front.
final class Tq10Format extends EncodableFormat {
  private static final Run[] RUNS = {
    new Run(0, 32, 5, 0), new Run(32, 16, 5, 160), new Run(48, 4, 4, 240)
  };

  Tq10Format() {
    super(TensorType.TQ1_0);
  }

  @Override
  void decodeBlock(MemorySegment blocks, long base, float[] out, int at) {
    float scale = Bytes.half(blocks, base + 52);
    for (Run run : RUNS) {
      int power = 1;
      for (int k = 0; k < run.trits; k++) {
        int first = at + run.element + k * run.bytes;
        for (int i = 0; i < run.bytes; i++) {
          int fraction = Bytes.u8(blocks, base + run.offset + i) * power & 0xFF;
          out[first + i] = (((fraction * 3) >>> 8) - 1) * scale;
        }
        power *= 3;
      }
    }
  }

  @Override
  void encodeBlock(float[] values, int at, MemorySegment blocks, long base) {
    float scale = Rounding.peak(values, at, 256);
    int[] trits = Ternary.trits(values, at, scale);
    for (Run run : RUNS) {
      for (int i = 0; i < run.bytes; i++) {
        int number = 0;
        for (int k = 0; k < 5; k++) {
          int trit = k < run.trits ? trits[run.element + k * run.bytes + i] : 0;
          number = number * 3 + trit;
        }
        // Rounded up, so that the leading trit survives the truncation of decoding.
        Bytes.putByte(blocks, base + run.offset + i, (number * 256 + 242) / 243);
      }
    }
    Bytes.putHalf(blocks, base + 52, scale);
  }

  /// Bytes that hold the same number of trits.
  private record Run(int offset, int bytes, int trits, int element) {}
}
