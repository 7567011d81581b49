package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// Random weights of one type: random quants, with scales that give the values a wanted root mean
/// square. For benchmarks and tests of models that nobody trained.
///
/// The same seed gives the same bytes everywhere. Immutable: threads may share it.
public final class RandomBlocks {
  private static final int SAMPLE_BLOCKS = 64;
  private static final long SAMPLE_SEED = 1;
  private static final long EVERY_OTHER_BIT = 0x5555_5555_5555_5555L;

  private final TensorType type;
  private final RandomScales scales;

  private RandomBlocks(TensorType type, RandomScales scales) {
    this.type = type;
    this.scales = scales;
  }

  /// @param rootMeanSquare of the values, met within what the type's scales can express
  /// @throws IllegalArgumentException for types that hold no weights: integers, F64, Q8_1, Q8_K
  public static RandomBlocks of(TensorType type, double rootMeanSquare) {
    if (!(rootMeanSquare > 0) || rootMeanSquare > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the root mean square of random weights must be above 0, found " + rootMeanSquare);
    }
    RandomBlocks unit = new RandomBlocks(type, RandomScales.of(type, 1));
    return new RandomBlocks(type, RandomScales.of(type, rootMeanSquare / unit.measure()));
  }

  private double measure() {
    MemorySegment blocks = MemorySegment.ofArray(new byte[SAMPLE_BLOCKS * type.blockBytes()]);
    fill(blocks, SAMPLE_SEED);
    float[] values = new float[SAMPLE_BLOCKS * type.blockSize()];
    BlockFormats.of(type).orElseThrow().decode(blocks, 0, values, 0, values.length);
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  /// Fills whole blocks.
  ///
  /// @throws IllegalArgumentException when `blocks` ends within a block
  public void fill(MemorySegment blocks, long seed) {
    if (blocks.byteSize() % type.blockBytes() != 0) {
      throw new IllegalArgumentException(
          "%s comes in blocks of %s bytes, found %s bytes"
              .formatted(type, type.blockBytes(), blocks.byteSize()));
    }
    SplitMix random = new SplitMix(seed);
    fillBytes(blocks, random);
    for (long base = 0; base < blocks.byteSize(); base += type.blockBytes()) {
      scales.put(blocks, base, random.next());
    }
  }

  /// The few bytes after the last whole word take no number of two bits above 1.
  private void fillBytes(MemorySegment blocks, SplitMix random) {
    long wholeWords = blocks.byteSize() & -8;
    boolean ternary = type == TensorType.TQ2_0 || type == TensorType.Q2_0;
    for (long at = 0; at < wholeWords; at += 8) {
      long bits = random.next();
      if (ternary) {
        // Encoders never write the fourth of the two-bit numbers: 3 becomes 1.
        bits &= ~((bits & bits >>> 1 & EVERY_OTHER_BIT) << 1);
      }
      blocks.set(Bytes.LONG, at, bits);
    }
    for (long at = wholeWords; at < blocks.byteSize(); at++) {
      Bytes.putByte(blocks, at, (int) (random.next() & EVERY_OTHER_BIT));
    }
  }
}
