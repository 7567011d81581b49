package puna.x64.pack;

import puna.tensor.TensorType;

/// Takes the blocks of a file apart to bytes with a step for each 32: those of types that hold
/// bytes, and of those that have no packed form of their own. The byte tables are those of the
/// formats in `puna.quant`.
///
/// The types with one scale for 32 or more weights hold small whole numbers of some step (a
/// lattice's coordinates, ternary digits): nothing is lost but what f16 rounds of that step. Where
/// 16 weights have a scale of their own, `HalvesReaders`, bytes lose some of them.
///
/// Eight numbers at a time lie in the bytes of a `long`, 128 added to each, so that no sum or
/// product of theirs carries from one to the next.
abstract class ByteReader extends RowReader {
  /// A one in each byte.
  static final long ONES = 0x0101_0101_0101_0101L;

  /// What is added to eight numbers.
  static final long ZEROS = 0x8080_8080_8080_8080L;

  /// Reads the first `units` units, whole blocks, of `row`.
  abstract void read(byte[] row, int units, ByteRow out);

  /// @throws IllegalArgumentException for types that are not packed to bytes
  static ByteReader of(TensorType type) {
    return switch (type) {
      case Q8_0 -> new Bytes(34, 2);
      case Q8_1 -> new Bytes(36, 4);
      case Q8_K -> new BytesOfSuper();
      case Q1_0 -> new FewBitReaders.Signs();
      case Q2_0 -> new FewBitReaders.TwoBits();
      case TQ1_0 -> new FewBitReaders.Trits();
      case TQ2_0 -> new FewBitReaders.TwoBitsOfSuper();
      case IQ1_S -> new GridReaders.Iq1S();
      case IQ2_XXS -> new GridReaders.Iq2Xxs();
      case IQ3_XXS -> new GridReaders.Iq3Xxs();
      case IQ3_S -> new GridReaders.Iq3S();
      case IQ1_M -> new HalvesReaders.Iq1M();
      case IQ2_XS -> new HalvesReaders.Iq2Xs();
      case IQ2_S -> new HalvesReaders.Iq2S();
      case NVFP4 -> new FloatHalvesReader();
      default -> throw new IllegalArgumentException(type + " is not packed to bytes");
    };
  }

  /// Bytes and an f16 step, 32 a block.
  private static final class Bytes extends ByteReader {
    private final int blockBytes;
    private final int first; // number in a block

    Bytes(int blockBytes, int first) {
      this.blockBytes = blockBytes;
      this.first = first;
    }

    @Override
    void read(byte[] row, int units, ByteRow out) {
      for (int u = 0; u < units; u++) {
        int block = u * blockBytes;
        out.steps[u] = i16(row, block);
        for (int w = 0; w < ByteRow.WORDS; w++) {
          out.numbers[ByteRow.WORDS * u + w] = i64(row, block + first + 8 * w) ^ ZEROS;
        }
      }
    }
  }

  /// `Q8_K`.
  private static final class BytesOfSuper extends ByteSuperReader {
    BytesOfSuper() {
      super(292);
    }

    @Override
    void block(byte[] row, int at, int unit, ByteRow out) {
      float step = Float.intBitsToFloat(i32(row, at));
      for (int w = 0; w < ByteRow.WORDS * SUPER; w++) {
        out.numbers[ByteRow.WORDS * unit + w] = i64(row, at + 4 + 8 * w) ^ ZEROS;
      }
      for (int u = unit; u < unit + SUPER; u++) {
        out.putStep(u, step);
      }
    }
  }
}
