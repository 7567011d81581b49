package puna.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import puna.tensor.TensorType;

class RandomBlocksTest {
  private static final int VALUES = 1 << 14;

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"Q8_1", "Q8_K", "I8", "I16", "I32", "I64", "F64"})
  void hasTheWantedSizeAndNoPreferenceForASign(TensorType type) {
    for (double wanted : new double[] {1, 0.02}) {
      float[] values = decode(type, fill(type, wanted, 7));
      double squares = 0;
      double sum = 0;
      for (float value : values) {
        squares += (double) value * value;
        sum += value;
      }
      // Types whose scale is a power of two, or a small float, meet it within a factor.
      double found = Math.sqrt(squares / VALUES);
      assertThat(found).isBetween(wanted * 0.6, wanted * 1.6);
      assertThat(Math.abs(sum / VALUES)).isLessThan(0.25 * found);
    }
  }

  @Test
  void givesTheSameBytesForTheSameSeedOnly() {
    assertThat(fill(TensorType.Q4_K, 0.1, 7)).isEqualTo(fill(TensorType.Q4_K, 0.1, 7));
    assertThat(fill(TensorType.Q4_K, 0.1, 8)).isNotEqualTo(fill(TensorType.Q4_K, 0.1, 7));
  }

  @Test
  void givesTheSameBytesOnEveryMachine() {
    assertThat(Fixtures.sha256(MemorySegment.ofArray(fill(TensorType.Q4_0, 0.1, 7))))
        .startsWith("b2f12aa186750791");
    assertThat(Fixtures.sha256(MemorySegment.ofArray(fill(TensorType.Q6_K, 0.1, 7))))
        .startsWith("f3119a46f250631e");
  }

  @ParameterizedTest
  @EnumSource(names = {"TQ2_0", "Q2_0"})
  void neverUsesALevelThatEncodersDoNotWrite(TensorType type) {
    float[] values = decode(type, fill(type, 1, 7));
    for (int i = 0; i < values.length; i++) {
      float peak = 0;
      int first = i / type.blockSize() * type.blockSize();
      for (int j = first; j < first + type.blockSize(); j++) {
        peak = Math.min(peak, values[j]);
      }
      assertThat(Math.abs(values[i])).isLessThanOrEqualTo(-peak);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q8_1", "Q8_K", "I8", "I16", "I32", "I64", "F64"})
  void refusesTypesThatHoldNoWeights(TensorType type) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomBlocks.of(type, 1))
        .withMessageContaining(type.name());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesSizesThatAreNoSizes(double rootMeanSquare) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomBlocks.of(TensorType.Q4_0, rootMeanSquare))
        .withMessageContaining("" + rootMeanSquare);
  }

  @Test
  void refusesPartsOfBlocks() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> RandomBlocks.of(TensorType.Q4_0, 1).fill(MemorySegment.ofArray(new byte[19]), 1))
        .withMessageContaining("18")
        .withMessageContaining("19");
  }

  private static byte[] fill(TensorType type, double rootMeanSquare, long seed) {
    byte[] blocks = new byte[(int) type.byteSize(VALUES)];
    RandomBlocks.of(type, rootMeanSquare).fill(MemorySegment.ofArray(blocks), seed);
    return blocks;
  }

  private static float[] decode(TensorType type, byte[] blocks) {
    float[] values = new float[VALUES];
    BlockFormats.of(type).orElseThrow().decode(MemorySegment.ofArray(blocks), 0, values, 0, VALUES);
    return values;
  }
}
