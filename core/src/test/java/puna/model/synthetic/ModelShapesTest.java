package puna.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.model.synthetic.ModelShape.RopeStretch;

class ModelShapesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama-7b        |   6738415616
          llama-13b       |  13015864320
          llama-33b       |  32528943616
          llama-65b       |  65285660672
          llama-2-7b      |   6738415616
          llama-2-13b     |  13015864320
          llama-2-70b     |  68976648192
          code-llama-7b   |   6738546688
          code-llama-13b  |  13016028160
          code-llama-34b  |  33743970304
          code-llama-70b  |  68976910336
          llama-3-8b      |   8030261248
          llama-3-70b     |  70553706496
          llama-3.1-8b    |   8030261248
          llama-3.1-70b   |  70553706496
          llama-3.1-405b  | 405853388800
          llama-3.2-1b    |   1235814400
          llama-3.2-3b    |   3212749824
          llama-3.3-70b   |  70553706496
          smollm2-135m    |    134515008
          smollm2-360m    |    361821120
          smollm2-1.7b    |   1711376384
          tinyllama-1.1b  |   1100048384
          mistral-7b      |   7241732096
          mistral-7b-v0.3 |   7248023552
          open-llama-3b   |   3426473600
          stories260k     |       260032
          stories15m      |     15191712
          stories42m      |     41689600
          stories110m     |    109529856
          """)
  void haveThePublishedNumberOfParameters(String name, long parameters) {
    ModelShape shape = ModelShapes.named(name).orElseThrow();
    assertThat(shape.parameters()).isEqualTo(parameters);
    assertThat(shape.activeParameters()).isEqualTo(parameters);
  }

  @Test
  void countAllAndActiveExperts() {
    ModelShape scout = ModelShapes.named("llama-4-scout").orElseThrow();
    ModelShape maverick = ModelShapes.named("llama-4-maverick").orElseThrow();
    assertThat(billions(scout.parameters())).isEqualTo("107.77");
    assertThat(billions(scout.activeParameters())).isEqualTo("17.17");
    assertThat(billions(maverick.parameters())).isEqualTo("400.71");
    assertThat(billions(maverick.activeParameters())).isEqualTo("17.18");
    ModelShape mixtral = ModelShapes.named("mixtral-8x7b").orElseThrow();
    assertThat(mixtral.parameters()).isEqualTo(46_702_792_704L);
    assertThat(billions(mixtral.activeParameters())).isEqualTo("12.88");
  }

  @Test
  void mayHaveFewerLayers() {
    ModelShape scout = ModelShapes.named("llama-4-scout").orElseThrow();
    assertThat(scout.withLayers(4).layers()).isEqualTo(4);
    assertThat(scout.withLayers(4).name()).isEqualTo("llama-4-scout of 4 layers");
    assertThat(scout.withLayers(48)).isEqualTo(scout);
    for (int layers : new int[] {0, 49}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scout.withLayers(layers))
          .withMessage(
              "llama-4-scout has 48 layers: so many must be from 1 to that, found " + layers);
    }
  }

  @Test
  void areFoundByNameInAnyCase() {
    assertThat(ModelShapes.named("Llama-3.2-1B").orElseThrow().layers()).isEqualTo(16);
    assertThat(ModelShapes.named("llama-5")).isEmpty();
    assertThat(ModelShapes.all()).extracting(ModelShape::name).doesNotHaveDuplicates();
  }

  @Test
  void divideHeadsAmongKeysAndValues() {
    for (ModelShape shape : ModelShapes.all()) {
      assertThat(shape.heads() % shape.kvHeads()).as(shape.name()).isZero();
      assertThat(shape.headSize() % 2).as(shape.name()).isZero();
    }
  }

  @Test
  void blendRotaryFrequenciesBetweenKeptAndStretched() {
    float[] of31 = new RopeStretch(8, 1, 4, 8192).divisors(128, 500000);
    assertThat(of31).hasSize(64);
    assertThat(of31[28]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(of31, 29, 35))
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(1.20748f, 1.55341f, 2.02631f, 2.69453f, 3.68425f, 5.25733f);
    assertThat(of31[35]).isEqualTo(8);
    float[] of32 = new RopeStretch(32, 1, 4, 8192).divisors(64, 500000);
    assertThat(Arrays.copyOfRange(of32, 14, 19))
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(1f, 1.65133f, 3.29226f, 9.66673f, 32f);
  }

  @Test
  void stretchWithoutABlendWhereThereIsNoneToMake() {
    float[] scout = new RopeStretch(16, 1, 1, 8192).divisors(128, 500000);
    assertThat(scout[34]).isEqualTo(1);
    assertThat(scout[35]).isEqualTo(16);
  }

  private static String billions(long parameters) {
    return String.format(Locale.ROOT, "%.2f", parameters / 1e9);
  }
}
