package puna.x64.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import puna.TestSeed;
import puna.backend.cpu.RowRange;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// Types that are packed to bytes, against the reference's decoders.
class BytePackerTest {
  private static final long SEED = 20_260_101;

  /// Types with a scale for 16 weights.
  private static final Set<TensorType> HALVES =
      EnumSet.of(TensorType.IQ1_M, TensorType.IQ2_XS, TensorType.IQ2_S, TensorType.NVFP4);

  /// Types whose f16 scale is the step.
  private static final Set<TensorType> KEPT =
      EnumSet.of(
          TensorType.Q8_0,
          TensorType.Q8_1,
          TensorType.Q1_0,
          TensorType.Q2_0,
          TensorType.TQ1_0,
          TensorType.TQ2_0);

  private static final Set<TensorType> LATTICES =
      EnumSet.of(
          TensorType.IQ1_S,
          TensorType.IQ2_XXS,
          TensorType.IQ3_XXS,
          TensorType.IQ3_S,
          TensorType.IQ1_M,
          TensorType.IQ2_XS,
          TensorType.IQ2_S);

  private static final double WHOLE_STEPS = 1e-6; // NMSE
  private static final double STEPS_OF_THE_LARGEST = 1e-4;

  /// Half the distance of the smallest f16.
  private static final double HALF_DISTANCE = 0x1p-25;

  private static final int LARGEST_NUMBER = 128;

  static Stream<TensorType> types() {
    return Stream.concat(Stream.concat(KEPT.stream(), LATTICES.stream()), others()).distinct();
  }

  private static Stream<TensorType> others() {
    return Stream.of(TensorType.Q8_K, TensorType.NVFP4);
  }

  static Stream<TensorType> kept() {
    return KEPT.stream();
  }

  static Stream<TensorType> lattices() {
    return LATTICES.stream().filter(type -> !HALVES.contains(type));
  }

  @ParameterizedTest
  @MethodSource("types")
  void packsRandomBlocksOfAnyShape(TensorType type) {
    Random random = TestSeed.random(SEED);
    int block = Math.max(type.blockSize(), PackedLayout.UNIT);
    for (int columns : new int[] {block, 3 * block, 1024 - block, 1024 + block, 3 * 1024}) {
      for (int rows : new int[] {1, 2, 8, 13, 16, 35}) {
        Case one = new Case(type, rows, Math.max(columns, block));
        byte[] blocks = one.bytes(random);
        one.putScales(blocks, 0.75f + random.nextFloat());
        one.assertError(blocks);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void packsAnyScale(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 16, 1024);
    for (float scale = 0x1p-12f; scale < 0x1p10f; scale *= 1.37f) {
      byte[] blocks = one.bytes(random);
      one.putScales(blocks, scale);
      one.assertError(blocks);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void packsEqualBytes(TensorType type) {
    Case one = new Case(type, 3, 256);
    for (int value = 0; value < 256; value++) {
      byte[] blocks = one.bytes();
      Arrays.fill(blocks, (byte) value);
      one.putScales(blocks, 0.37f);
      one.assertError(blocks);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void packsZerosAsZeros(TensorType type) {
    Case one = new Case(type, 9, 512);
    Random random = TestSeed.random(SEED);
    byte[] withoutScale = one.bytes(random);
    one.putScales(withoutScale, 0);
    for (byte[] blocks : new byte[][] {one.bytes(), withoutScale}) {
      for (float value : one.packed(blocks)) {
        assertThat(Math.abs(value)).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void roundsOnlyTheStepOfTinyScales(TensorType type) {
    Case one = new Case(type, 16, 512);
    Random random = TestSeed.random(SEED);
    for (float scale = 0x1p-24f; scale < 0x1p-10f; scale *= 1.7f) {
      byte[] blocks = one.bytes(random);
      one.putScales(blocks, scale);
      float[] expected = one.decoded(blocks);
      float[] found = one.packed(blocks);
      double peak = 0;
      for (float value : expected) {
        peak = Math.max(peak, Math.abs(value));
      }
      double ofSteps = HALVES.contains(type) ? peak / 250 : peak * 0x1p-11;
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(found[i] - expected[i]))
            .as("%s with a scale of %s, seed %d", type, scale, SEED)
            .isLessThanOrEqualTo((float) (LARGEST_NUMBER * HALF_DISTANCE + ofSteps));
      }
    }
  }

  /// All 32 magnitudes are the same: the smallest step that f16 has suffices.
  @ParameterizedTest
  @MethodSource("lattices")
  void makesTinyStepsAsLargeAsNumbersAllow(TensorType type) {
    Case one = new Case(type, 1, 256);
    byte[] blocks = one.bytes();
    one.putScales(blocks, 0x1p-21f);
    float[] expected = one.decoded(blocks);
    assertThat(expected[0]).isNotZero();
    assertThat(one.packed(blocks)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("kept")
  void keepsScalesToTheBit(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 16, 1024);
    for (int i = 0; i < 100; i++) {
      byte[] blocks = one.bytes(random);
      one.putScales(blocks, Float.float16ToFloat((short) random.nextInt(0x7C00)));
      assertSame(one.packed(blocks), one.decoded(blocks));
    }
  }

  /// A power of two times a scale of five bits fits f16.
  @ParameterizedTest
  @MethodSource("lattices")
  void keepsWholeStepsToTheBit(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 16, 1024);
    for (float scale : new float[] {0x1p-11f, -0x1p-4f, 1, 0x1p10f}) {
      byte[] blocks = one.bytes(random);
      one.putScales(blocks, scale);
      assertSame(one.packed(blocks), one.decoded(blocks));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void keepsBlocksBesideOnesThatAreNotFinite(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 2, 4 * Math.max(type.blockSize(), PackedLayout.UNIT));
    for (float scale : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      byte[] blocks = one.bytes(random);
      one.putScales(blocks, 1);
      float[] finite = one.packed(blocks);
      one.putScale(blocks, 0, scale);
      float[] found = one.packed(blocks);
      int first = Math.max(type.blockSize(), PackedLayout.UNIT);
      assertThat(Arrays.copyOfRange(found, first, found.length))
          .isEqualTo(Arrays.copyOfRange(finite, first, finite.length));
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void takesAnyBytes(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 16, 1024);
    for (int i = 0; i < 50; i++) {
      byte[] blocks = one.bytes(random);
      assertThat(one.packed(blocks)).hasSize(16 * 1024);
    }
    byte[] ones = one.bytes();
    Arrays.fill(ones, (byte) -1);
    assertThat(one.packed(ones)).hasSize(16 * 1024);
  }

  /// Halves with the same scale need no more steps than one has.
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"IQ2_XS", "IQ2_S", "IQ1_M", "NVFP4"})
  void keepsHalvesOfTheSameScaleToTheBit(TensorType type) {
    Random random = TestSeed.random(SEED);
    Case one = new Case(type, 16, 1024);
    byte[] blocks = one.bytes(random);
    int size = type.blockBytes();
    for (int base = 0; base < blocks.length; base += size) {
      switch (type) {
        case IQ2_XS, IQ2_S -> {
          for (int i = size - 8; i < size; i++) {
            blocks[base + i] = (byte) ((blocks[base + i] & 15) * 17);
          }
        }
        case IQ1_M -> {
          for (int i = 48; i < 56; i += 2) {
            blocks[base + i] = (byte) 0b01_011_011;
            blocks[base + i + 1] = (byte) 0b0000_010_1;
          }
        }
        default -> {
          blocks[base + 1] = blocks[base];
          blocks[base + 3] = blocks[base + 2];
        }
      }
    }
    if (type != TensorType.NVFP4) {
      one.putScales(blocks, 0x1p-4f);
    }
    assertSame(one.packed(blocks), one.decoded(blocks));
  }

  @Test
  void refusesTypesThatAreNotPackedToTheLayout() {
    PackedLayout bytes = new PackedLayout(PackedType.Q8_0, 16, 16, 256);
    PackedLayout nibbles = new PackedLayout(PackedType.Q4_0, 16, 16, 256);
    assertThatThrownBy(() -> Packer.of(bytes, TensorType.Q4_0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Packer.of(nibbles, TensorType.IQ2_S))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertSame(float[] found, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (found[i] != expected[i]) { // zeros of either sign
        assertThat(found[i]).as("weight %d, seed %d", i, SEED).isEqualTo(expected[i]);
      }
    }
  }

  private record Case(TensorType type, int rows, int columns) {
    byte[] bytes() {
      return new byte[Math.toIntExact(type.byteSize((long) rows * columns))];
    }

    byte[] bytes(Random random) {
      byte[] blocks = bytes();
      random.nextBytes(blocks);
      return blocks;
    }

    void putScales(byte[] blocks, float scale) {
      for (int base = 0; base < blocks.length; base += type.blockBytes()) {
        putScale(blocks, base, scale);
      }
    }

    /// Gives a block a scale: of NVFP4 the nearest that it has below, all four the same but for
    /// their mantissas.
    void putScale(byte[] blocks, int base, float scale) {
      MemorySegment block = MemorySegment.ofArray(blocks).asSlice(base, type.blockBytes());
      short half = Float.floatToFloat16(scale);
      switch (type) {
        case Q8_K -> block.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, scale);
        case TQ1_0 -> block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 52, half);
        case TQ2_0 -> block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 64, half);
        case IQ1_M -> {
          for (int k = 0; k < 4; k++) {
            byte high = block.get(ValueLayout.JAVA_BYTE, 49 + 2 * k);
            int nibble = half >>> (4 * k) & 15;
            block.set(ValueLayout.JAVA_BYTE, 49 + 2 * k, (byte) (high & 15 | nibble << 4));
          }
        }
        case NVFP4 -> {
          int exponent = Math.clamp(Math.getExponent(scale) + 8, 0, 15);
          for (int i = 0; i < 4; i++) {
            int code = blocks[base + i] & 7 | exponent << 3;
            blocks[base + i] = (byte) (scale == 0 ? 0 : code);
          }
        }
        default -> block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, half);
      }
    }

    float[] decoded(byte[] blocks) {
      float[] values = new float[rows * columns];
      BlockFormats.of(type)
          .orElseThrow()
          .decode(MemorySegment.ofArray(blocks), 0, values, 0, values.length);
      return values;
    }

    /// What is packed for 16 lanes, after the same for 8 has been found to be the same.
    float[] packed(byte[] blocks) {
      float[] narrow = packed(blocks, 8);
      float[] wide = packed(blocks, 16);
      assertThat(wide).isEqualTo(narrow);
      return wide;
    }

    private float[] packed(byte[] blocks, int lanes) {
      PackedLayout layout = new PackedLayout(PackedType.Q8_0, lanes, rows, columns);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment data = arena.allocate(blocks.length);
        data.copyFrom(MemorySegment.ofArray(blocks));
        MemorySegment packed = arena.allocate(layout.byteSize(), 64);
        packed.fill((byte) 0x55);
        Packer.of(layout, type).pack(data, new RowRange(0, rows), packed);
        int all = layout.groups() * lanes;
        MemorySegment out = arena.allocate(4L * all * columns);
        PackedRowDecoder decoder = new PackedRowDecoder(layout, packed);
        for (int row = 0; row < all; row++) {
          decoder.decode(row, out, 4L * row * columns);
        }
        float[] values = out.toArray(ValueLayout.JAVA_FLOAT);
        for (int i = rows * columns; i < values.length; i++) {
          assertThat(Math.abs(values[i])).as("missing rows").isZero();
        }
        return Arrays.copyOf(values, rows * columns);
      }
    }

    void assertError(byte[] blocks) {
      double most = HALVES.contains(type) ? STEPS_OF_THE_LARGEST : WHOLE_STEPS;
      float[] expected = decoded(blocks);
      float[] found = packed(blocks);
      double error = 0;
      double power = 0;
      for (int i = 0; i < expected.length; i++) {
        error += Math.pow((double) found[i] - expected[i], 2);
        power += Math.pow(expected[i], 2);
      }
      assertThat(error).as("%s, seed %d", this, SEED).isLessThanOrEqualTo(most * power);
    }
  }
}
