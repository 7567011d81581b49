package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

class FourBitBlocksTest {
  private static final int VALUES = 128;

  @Test
  void readsAsTheTensorTypeOfThatNameDoes() {
    byte[] blocks = new byte[VALUES / 32 * 18];
    TestSeed.random(3).nextBytes(blocks);
    for (int at = 0; at < blocks.length; at += 18) {
      blocks[at + 1] = (byte) (0x30 + at / 18); // a scale that is a number
    }
    float[] expected = new float[VALUES];
    BlockFormats.of(TensorType.Q4_0)
        .orElseThrow()
        .decode(MemorySegment.ofArray(blocks), 0, expected, 0, VALUES);
    for (int i = 0; i < VALUES; i++) {
      expected[i] += 0;
    }
    assertThat(load(blocks, VALUES)).containsExactly(expected);
  }

  @Test
  void keepsZerosAndTheLargestOfEitherSign() {
    float[] values = new float[64];
    values[5] = -4;
    values[40] = 8;
    assertThat(stored(values)).containsExactly(values);
    assertThat(stored(new float[20])).containsExactly(new float[20]);
  }

  @Test
  void whatIsNoNumberStaysSoAndHarmsItsBlockAlone() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = new float[64];
      values[3] = 1;
      values[9] = bad;
      values[33] = -2;
      float[] found = stored(values);
      for (int i = 0; i < 32; i++) {
        assertThat(Float.isFinite(found[i])).isFalse();
      }
      assertThat(found[33]).isEqualTo(-2);
    }
  }

  private static float[] stored(float[] values) {
    byte[] blocks = new byte[Math.ceilDiv(values.length, 32) * 18];
    MemorySegment source = MemorySegment.ofArray(values);
    FourBitBlocks.store(source, 0, MemorySegment.ofArray(blocks), 0, values.length);
    return load(blocks, values.length);
  }

  private static float[] load(byte[] blocks, int count) {
    float[] values = new float[count];
    FourBitBlocks.load(MemorySegment.ofArray(blocks), 0, values, 0, count);
    for (int i = 0; i < count; i++) {
      values[i] += 0; // zeros have either sign
    }
    return values;
  }
}
