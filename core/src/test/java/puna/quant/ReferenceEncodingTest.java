package puna.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.tensor.TensorType;

/// The encoders against ggml's, byte for byte.
class ReferenceEncodingTest {
  static Stream<Named<List<String>>> golden() {
    return named("golden-encodings.tsv");
  }

  static Stream<Named<List<String>>> encoded() {
    return named("encoded-blocks.tsv");
  }

  private static Stream<Named<List<String>>> named(String resource) {
    return Fixtures.rows(resource).stream().map(row -> Named.of(row.get(0), row));
  }

  @Test
  void generatesTheGoldenValues() {
    assertThat(Fixtures.sha256(goldenValues()))
        .isEqualTo("6ef39ce75e1648828e05dfedc3bf6e56a034782a194bc7fe3bfc3f0b8f1c5463");
  }

  @ParameterizedTest
  @MethodSource("golden")
  void encodesTheGoldenValuesAsGgmlDoes(List<String> row) {
    BlockFormat format = BlockFormats.of(TensorType.valueOf(row.get(0))).orElseThrow();
    byte[] encoded = encode(format, goldenValues());
    assertThat(hex(Arrays.copyOf(encoded, format.type().blockBytes()))).isEqualTo(row.get(1));
    assertThat(Fixtures.sha256(MemorySegment.ofArray(encoded))).isEqualTo(row.get(2));
  }

  @Test
  void searchesScalesOfUnevenLevelsAsTheQuantizationToolDoes() {
    byte[] encoded = encode(new Iq4NlFormat(Iq4NlFormat.TOOL_SEARCH), goldenValues());
    assertThat(Fixtures.sha256(MemorySegment.ofArray(encoded)))
        .isEqualTo("579f4abcf1d8226123c06fde89a67e78e54c6a95c80f944fe32024f1548c4ba6");
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void encodesWeightsAsTheQuantizationToolDoes(List<String> row) {
    BlockFormat format = BlockFormats.of(TensorType.valueOf(row.get(0))).orElseThrow();
    assertThat(hex(encode(format, Fixtures.floats(row.get(1))))).isEqualTo(row.get(2));
  }

  @Test
  void roundsBrainFloatsToTheNearestEven() {
    float[] values = {
      Float.intBitsToFloat(0x3F80_8000),
      Float.intBitsToFloat(0x3F81_8000),
      Float.intBitsToFloat(0x3F80_8001),
      Float.intBitsToFloat(0x7F80_0001),
      Float.NEGATIVE_INFINITY
    };
    assertThat(hex(encode(BlockFormats.of(TensorType.BF16).orElseThrow(), values)))
        .isEqualTo("803f" + "823f" + "813f" + "c07f" + "80ff");
  }

  private static byte[] encode(BlockFormat format, float[] values) {
    byte[] bytes = new byte[(int) format.type().byteSize(values.length)];
    format.encode(values, 0, values.length, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static float[] goldenValues() {
    float[] values = new float[1024];
    int state = 12345;
    for (int i = 0; i < values.length; i++) {
      state = state * 1664525 + 1013904223;
      float value = ((state >>> 8) - 8388608) / 8388608f;
      values[i] = value * value * value;
    }
    return values;
  }
}
