package puna.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;

/// What holds for every block format.
abstract class BlockFormatContract {
  private static final long SEED = 20_251_123;
  private static final int MANY = 7;

  abstract BlockFormat format();

  @Test
  void decodesKnownBlocksExactly() {
    var row =
        Fixtures.rows("blocks.tsv").stream()
            .filter(fields -> fields.get(0).equals(format().type().name()))
            .findFirst()
            .orElseThrow();
    float[] expected = Fixtures.floats(row.get(2));
    float[] found = new float[expected.length];
    format().decode(MemorySegment.ofArray(Fixtures.bytes(row.get(1))), 0, found, 0, found.length);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void decodesNothingFromNothing() {
    float[] out = {42};
    format().decode(MemorySegment.ofArray(new byte[0]), 0, out, 1, 0);
    assertThat(out).containsExactly(42);
  }

  @Test
  void decodesManyBlocksAsItDecodesEach() {
    MemorySegment blocks = randomBlocks(MANY);
    float[] together = new float[MANY * elements()];
    float[] each = new float[MANY * elements()];
    format().decode(blocks, 0, together, 0, together.length);
    for (int block = 0; block < MANY; block++) {
      format().decode(blocks, (long) block * bytes(), each, block * elements(), elements());
    }
    assertThat(bits(together)).isEqualTo(bits(each));
  }

  @Test
  void readsFromAnyByteOffsetOfHeapAndNativeMemory() {
    MemorySegment blocks = randomBlocks(2);
    float[] expected = new float[2 * elements()];
    format().decode(blocks, 0, expected, 0, expected.length);
    try (Arena arena = Arena.ofConfined()) {
      for (int shift = 1; shift < 9; shift++) {
        MemorySegment shifted = arena.allocate(blocks.byteSize() + shift);
        MemorySegment.copy(blocks, 0, shifted, shift, blocks.byteSize());
        float[] found = new float[expected.length + 3];
        format().decode(shifted, shift, found, 3, expected.length);
        assertThat(bits(Arrays.copyOfRange(found, 3, found.length))).isEqualTo(bits(expected));
        assertThat(Arrays.copyOf(found, 3)).containsOnly(0);
      }
    }
  }

  @Test
  void decodesBlocksOfAllZerosToNumbers() {
    float[] out = new float[2 * elements()];
    format().decode(MemorySegment.ofArray(new byte[2 * bytes()]), 0, out, 0, out.length);
    for (float value : out) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void decodesBlocksOfAllOnesWithoutThrowing() {
    byte[] ones = new byte[2 * bytes()];
    Arrays.fill(ones, (byte) 0xFF);
    float[] out = new float[2 * elements()];
    assertThat(
            catchThrowable(
                () -> format().decode(MemorySegment.ofArray(ones), 0, out, 0, out.length)))
        .isNull();
  }

  @Test
  void refusesPartsOfBlocks() {
    if (elements() == 1) {
      return;
    }
    MemorySegment blocks = MemorySegment.ofArray(new byte[4 * bytes()]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format().decode(blocks, 0, new float[elements()], 0, elements() - 1))
        .withMessageContaining(format().type().name())
        .withMessageContaining("blocks of " + elements())
        .withMessageContaining("found " + (elements() - 1));
  }

  @Test
  void refusesRangesOutsideOfBytesOrFloats() {
    MemorySegment blocks = MemorySegment.ofArray(new byte[2 * bytes()]);
    int two = 2 * elements();
    assertOutOfBounds(blocks, 1, new float[two], 0, two);
    assertOutOfBounds(blocks, -1, new float[two], 0, two);
    assertOutOfBounds(blocks, Long.MAX_VALUE, new float[two], 0, two);
    assertOutOfBounds(blocks, 0, new float[two - 1], 0, two);
    assertOutOfBounds(blocks, 0, new float[two], 1, two);
    assertOutOfBounds(blocks, 0, new float[two], -1, two);
    assertOutOfBounds(blocks, 0, new float[two], 0, -elements());
  }

  private void assertOutOfBounds(
      MemorySegment blocks, long offset, float[] out, int at, int count) {
    assertThatThrownBy(() -> format().decode(blocks, offset, out, at, count))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void encodesOrSaysThatItCannot() {
    float[] values = randomValues(MANY * elements());
    MemorySegment blocks = MemorySegment.ofArray(new byte[MANY * bytes()]);
    if (!format().canEncode()) {
      assertThatThrownBy(() -> format().encode(values, 0, values.length, blocks, 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(format().type().name());
      return;
    }
    format().encode(values, 0, values.length, blocks, 0);
    float[] decoded = new float[values.length];
    format().decode(blocks, 0, decoded, 0, decoded.length);
    assertThat(relativeError(values, decoded)).isLessThan(0.85);
  }

  @Test
  void encodesManyBlocksAsItEncodesEachWhateverTheMemoryHeldBefore() {
    if (!format().canEncode()) {
      return;
    }
    float[] values = randomValues(MANY * elements() + 5);
    byte[] together = new byte[MANY * bytes()];
    format().encode(values, 5, MANY * elements(), MemorySegment.ofArray(together), 0);
    byte[] each = new byte[MANY * bytes() + 1];
    Arrays.fill(each, (byte) 0x5A);
    for (int block = 0; block < MANY; block++) {
      long offset = 1 + (long) block * bytes();
      format()
          .encode(values, 5 + block * elements(), elements(), MemorySegment.ofArray(each), offset);
    }
    assertThat(Arrays.copyOfRange(each, 1, each.length)).isEqualTo(together);
    assertThat(each[0]).isEqualTo((byte) 0x5A);
  }

  @Test
  void encodesZerosToZerosAndNeverThrowsOnStrangeValues() {
    if (!format().canEncode()) {
      return;
    }
    MemorySegment blocks = MemorySegment.ofArray(new byte[bytes()]);
    float[] values = new float[elements()];
    format().encode(values, 0, elements(), blocks, 0);
    float[] decoded = new float[elements()];
    format().decode(blocks, 0, decoded, 0, elements());
    for (float value : decoded) {
      assertThat(value).isZero();
    }
    float[] strange = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      -0f
    };
    for (float value : strange) {
      Arrays.fill(values, value);
      assertThat(catchThrowable(() -> format().encode(values, 0, elements(), blocks, 0))).isNull();
      Arrays.fill(values, 1);
      values[0] = value;
      assertThat(catchThrowable(() -> format().encode(values, 0, elements(), blocks, 0))).isNull();
    }
  }

  private int elements() {
    return format().type().blockSize();
  }

  private int bytes() {
    return format().type().blockBytes();
  }

  private MemorySegment randomBlocks(int count) {
    byte[] bytes = new byte[count * bytes()];
    TestSeed.random(SEED).nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  private static float[] randomValues(int count) {
    Random random = TestSeed.random(SEED);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  private static double relativeError(float[] exact, float[] found) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow(exact[i] - found[i], 2);
      norm += Math.pow(exact[i], 2);
    }
    return Math.sqrt(error / norm);
  }
}
