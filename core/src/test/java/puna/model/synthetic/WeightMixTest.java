package puna.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.model.synthetic.WeightMix.Role;
import puna.tensor.TensorType;

class WeightMixTest {
  private static final ModelShape LLAMA_7B = ModelShapes.named("llama-7b").orElseThrow();
  private static final ModelShape LLAMA_70B = ModelShapes.named("llama-3.1-70b").orElseThrow();
  private static final ModelShape SMOL = ModelShapes.named("smollm2-135m").orElseThrow();

  @Test
  void givesMoreBitsToEveryThirdLayerAndBothEndsInTheMediumMix() {
    WeightMix mix = WeightMix.named("Q4_K_M");
    List<Integer> more =
        IntStream.range(0, 32)
            .filter(layer -> type(mix, Role.ATTENTION_VALUE, layer, LLAMA_7B) == TensorType.Q6_K)
            .boxed()
            .toList();
    assertThat(more).containsExactly(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);
    assertThat(type(mix, Role.FEED_FORWARD_DOWN, 4, LLAMA_7B)).isEqualTo(TensorType.Q4_K);
    assertThat(type(mix, Role.FEED_FORWARD_DOWN, 6, LLAMA_7B)).isEqualTo(TensorType.Q6_K);
    assertThat(type(mix, Role.ATTENTION_QUERY, 0, LLAMA_7B)).isEqualTo(TensorType.Q4_K);
  }

  @Test
  void keepsTheOutputFinerThanTheRest() {
    assertThat(type(WeightMix.named("q4_0"), Role.OUTPUT, 0, LLAMA_7B)).isEqualTo(TensorType.Q6_K);
    assertThat(type(WeightMix.named("Q8_0"), Role.OUTPUT, 0, LLAMA_7B)).isEqualTo(TensorType.Q8_0);
    assertThat(type(WeightMix.named("F16"), Role.OUTPUT, 0, LLAMA_7B)).isEqualTo(TensorType.F16);
    assertThat(type(WeightMix.named("Q4_0"), Role.TOKEN_EMBEDDING, 0, LLAMA_7B))
        .isEqualTo(TensorType.Q4_0);
  }

  @Test
  void followsTheSmallAndLargeMixes() {
    WeightMix large = WeightMix.named("Q3_K_L");
    assertThat(type(large, Role.ATTENTION_OUTPUT, 9, LLAMA_7B)).isEqualTo(TensorType.Q5_K);
    WeightMix two = WeightMix.named("Q2_K");
    assertThat(type(two, Role.ATTENTION_VALUE, 9, LLAMA_7B)).isEqualTo(TensorType.Q3_K);
    WeightMix small = WeightMix.named("Q4_K_S");
    assertThat(type(small, Role.ATTENTION_VALUE, 3, LLAMA_7B)).isEqualTo(TensorType.Q5_K);
    assertThat(type(small, Role.ATTENTION_VALUE, 4, LLAMA_7B)).isEqualTo(TensorType.Q4_K);
    assertThat(type(small, Role.ATTENTION_VALUE, 4, LLAMA_70B)).isEqualTo(TensorType.Q5_K);
  }

  @Test
  void fallsBackWhereRowsAreNoWholeBlocks() {
    WeightMix mix = WeightMix.named("Q4_K_M");
    assertThat(type(mix, Role.ATTENTION_QUERY, 0, SMOL)).isEqualTo(TensorType.Q5_0);
    assertThat(type(mix, Role.TIED_EMBEDDING, 0, SMOL)).isEqualTo(TensorType.Q8_0);
    assertThat(mix.typeOf(Role.FEED_FORWARD_DOWN, 5, 1536, SMOL)).isEqualTo(TensorType.Q6_K);
    assertThat(mix.typeOf(Role.FEED_FORWARD_DOWN, 5, 172, SMOL)).isEqualTo(TensorType.F16);
  }

  /// What `llama-quantize` makes of models with so many experts: keys, values, what follows
  /// attention, and an expert's down matrix, in a layer that gets no more bits by its place.
  @ParameterizedTest
  @CsvSource({
    "8, Q2_K, Q8_0 Q8_0 Q5_K Q3_K",
    "8, Q3_K_S, Q8_0 Q8_0 Q5_K Q3_K",
    "8, Q3_K_M, Q8_0 Q8_0 Q5_K Q4_K",
    "8, Q3_K_L, Q8_0 Q8_0 Q3_K Q5_K",
    "8, Q4_0, Q8_0 Q8_0 Q4_0 Q4_0",
    "8, Q4_K_S, Q8_0 Q8_0 Q5_K Q4_K",
    "8, Q4_K_M, Q8_0 Q8_0 Q5_K Q4_K",
    "8, Q5_K_S, Q8_0 Q8_0 Q5_K Q5_K",
    "8, Q5_K_M, Q8_0 Q8_0 Q5_K Q5_K",
    "8, Q6_K, Q8_0 Q8_0 Q6_K Q6_K",
    "8, IQ4_NL, Q8_0 Q8_0 Q5_K IQ4_NL",
    "8, IQ4_XS, Q8_0 Q8_0 Q5_K IQ4_XS",
    "8, IQ3_S, Q8_0 Q8_0 Q5_K IQ3_S",
    "8, IQ2_XS, Q4_K Q4_K Q5_K IQ2_XS",
    "16, Q2_K, Q2_K Q4_K Q3_K Q3_K",
    "16, Q3_K_L, Q3_K Q5_K Q5_K Q5_K",
    "16, Q4_K_M, Q4_K Q4_K Q4_K Q4_K",
    "16, IQ2_XS, IQ2_XS Q4_K IQ2_XS IQ2_XS",
    "2, Q4_K_M, Q4_K Q4_K Q4_K Q4_K"
  })
  void givesMoreBitsToWhatIsNoExpertBesideEight(int experts, String name, String types) {
    ModelShape shape = withExperts(experts);
    WeightMix mix = WeightMix.named(name);
    List<String> found =
        Stream.of(
                Role.ATTENTION_KEY,
                Role.ATTENTION_VALUE,
                Role.ATTENTION_OUTPUT,
                Role.FEED_FORWARD_DOWN)
            .map(role -> type(mix, role, 4, shape).name())
            .toList();
    assertThat(found).containsExactly(types.split(" "));
    assertThat(type(mix, Role.FEED_FORWARD_GATE, 4, shape)).isEqualTo(mix.type());
    assertThat(type(mix, Role.ATTENTION_QUERY, 4, shape)).isEqualTo(mix.type());
  }

  private static ModelShape withExperts(int count) {
    ModelShape dense = ModelShapes.named("mixtral-8x7b").orElseThrow();
    return new ModelShape(
        dense.name(),
        dense.vocabulary(),
        dense.context(),
        dense.width(),
        dense.layers(),
        dense.heads(),
        dense.kvHeads(),
        dense.headSize(),
        dense.feedForward(),
        dense.normEpsilon(),
        dense.ropeBase(),
        dense.ropeStretch(),
        dense.tied(),
        Optional.of(new ModelShape.Experts(count, 1, 1, dense.feedForward(), 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Q4", "Q4_K_XL", "Q6_K_M", "Q4_K_L", "Q2_K_M", "I32", "Q8_K", "ten"})
  void refusesNamesOfNothing(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightMix.named(name))
        .withMessageContaining("'" + name + "'");
  }

  private static TensorType type(WeightMix mix, Role role, int layer, ModelShape shape) {
    return mix.typeOf(role, layer, shape.width(), shape);
  }
}
