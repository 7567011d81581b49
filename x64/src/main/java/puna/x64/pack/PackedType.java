package puna.x64.pack;

import java.util.Optional;
import puna.tensor.TensorType;

/// How the kernels see a quantized type: its numbers, its scales, and what a number stands for.
public enum PackedType {
  Q4_0(Numbers.NIBBLES, Scales.HALF, 3, Levels.EVEN),
  Q4_1(Numbers.NIBBLES, Scales.HALF_AND_MINIMUM, PackedType.NO_OFFSET, Levels.EVEN),
  Q5_0(Numbers.NIBBLES_AND_BIT, Scales.HALF, 4, Levels.EVEN),
  Q5_1(Numbers.NIBBLES_AND_BIT, Scales.HALF_AND_MINIMUM, PackedType.NO_OFFSET, Levels.EVEN),
  Q8_0(Numbers.BYTES, Scales.HALF, 7, Levels.EVEN),
  Q2_K(Numbers.TWO_BITS, Scales.SUPER_HALVES_AND_MINIMUM, PackedType.NO_OFFSET, Levels.EVEN),
  Q3_K(Numbers.TWO_BITS_AND_BIT, Scales.SUPER_HALVES, 2, Levels.EVEN),
  Q4_K(Numbers.NIBBLES, Scales.SUPER_AND_MINIMUM, PackedType.NO_OFFSET, Levels.EVEN),
  Q5_K(Numbers.NIBBLES_AND_BIT, Scales.SUPER_AND_MINIMUM, PackedType.NO_OFFSET, Levels.EVEN),
  Q6_K(Numbers.NIBBLES_AND_TWO_BITS, Scales.SUPER_HALVES, 5, Levels.EVEN),
  IQ4_NL(Numbers.NIBBLES, Scales.HALF, 7, Levels.UNEVEN),
  IQ4_XS(Numbers.NIBBLES, Scales.SUPER, 7, Levels.UNEVEN),
  MXFP4(Numbers.NIBBLES, Scales.EXPONENT, 4, Levels.FLOAT4);

  /// The numbers are used as they are.
  public static final int NO_OFFSET = -1;

  private final Numbers numbers;
  private final Scales scales;
  private final int offsetShift;
  private final Levels levels;

  /// What a nibble stands for, before the offset is taken off.
  public enum Levels {
    EVEN(),
    /// IQ4's sixteen levels, plus 128. Source: ggml's `kvalues_iq4nl`.
    UNEVEN(1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241),
    /// The doubled values of the 4-bit float E2M1, plus 16.
    FLOAT4(16, 17, 18, 19, 20, 22, 24, 28, 16, 15, 14, 13, 12, 10, 8, 4);

    private final int[] values;

    Levels(int... values) {
      this.values = values;
    }

    /// Sixteen values from 0 to 255; none where a number stands for itself.
    public byte[] table() {
      byte[] table = new byte[values.length];
      for (int i = 0; i < table.length; i++) {
        table[i] = (byte) values[i];
      }
      return table;
    }

    /// What number `q` stands for.
    public int of(int q) {
      return values.length == 0 ? q : values[q];
    }
  }

  PackedType(Numbers numbers, Scales scales, int offsetShift, Levels levels) {
    this.numbers = numbers;
    this.scales = scales;
    this.offsetShift = offsetShift;
    this.levels = levels;
  }

  public Numbers numbers() {
    return numbers;
  }

  public Scales scales() {
    return scales;
  }

  /// `log2` of the offset that is taken off every level, or `NO_OFFSET`.
  public int offsetShift() {
    return offsetShift;
  }

  /// What is taken off every level.
  public int offset() {
    return offsetShift == NO_OFFSET ? 0 : 1 << offsetShift;
  }

  public Levels levels() {
    return levels;
  }

  /// The packed type of the same name; empty for types that are packed to another.
  public static Optional<PackedType> of(TensorType type) {
    for (PackedType packed : values()) {
      if (packed.name().equals(type.name())) {
        return Optional.of(packed);
      }
    }
    return Optional.empty();
  }
}
