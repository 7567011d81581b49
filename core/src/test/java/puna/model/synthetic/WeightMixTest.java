package puna.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
