package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.backend.RopeScaling;
import puna.backend.cpu.CpuBackend;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.tensor.OutOfRange;
import puna.tensor.Shape;

class LlamaConfigReaderTest {
  @Test
  void readsEveryHyperParameter() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      LlamaConfig config = LlamaModel.configOf(model);
      assertThat(config.vocabulary()).isEqualTo(40);
      assertThat(config.context()).isEqualTo(512);
      assertThat(config.layers()).isEqualTo(3);
      assertThat(config.queryWidth()).isEqualTo(32);
      assertThat(config.kvWidth()).isEqualTo(16);
      assertThat(config.slidingWindow()).isEmpty();
    }
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            "unknown architecture",
            m -> m.with("general.architecture", "mamba"),
            "general.architecture",
            "'llama'",
            "'mamba'"),
        damage(
            "no architecture",
            m -> m.without("general.architecture"),
            "general.architecture",
            "required"),
        damage("no layers", m -> m.without("llama.block_count"), "llama.block_count", "required"),
        damage(
            "absurd layers",
            m -> m.with("llama.block_count", 1L << 40),
            "llama.block_count",
            "4096",
            "1099511627776"),
        damage(
            "zero heads",
            m -> m.with("llama.attention.head_count", 0L),
            "head_count",
            "between 1",
            "found 0"),
        damage(
            "KV heads that do not divide",
            m -> m.with("llama.attention.head_count_kv", 3L),
            "head_count_kv",
            "divide the 4 heads",
            "found 3"),
        damage(
            "wrong kind",
            m -> m.with("llama.embedding_length", "many"),
            "embedding_length",
            "an integer",
            "many"),
        damage(
            "NaN epsilon",
            m -> m.with("llama.attention.layer_norm_rms_epsilon", Double.NaN),
            "epsilon",
            "NaN"),
        damage(
            "negative base",
            m -> m.with("llama.rope.freq_base", -1.0),
            "freq_base",
            "positive",
            "-1.0"),
        damage(
            "unknown scaling",
            m -> m.with("llama.rope.scaling.type", "magic"),
            "scaling.type",
            "'magic'"),
        damage(
            "odd head size",
            m -> m.with("llama.attention.key_length", 7L),
            "key_length",
            "even",
            "7"),
        damage(
            "partial rotation",
            m -> m.with("llama.rope.dimension_count", 4L),
            "dimension_count",
            "head size 8",
            "found 4"),
        damage(
            "experts", m -> m.with("llama.expert_count", 8L), "expert_count", "not supported", "8"),
        damage(
            "window below 0",
            m -> m.with("llama.attention.sliding_window", -4L),
            "sliding_window",
            "-4"),
        damage(
            "divisors of the wrong length",
            m -> m.with("rope_freqs.weight", Shape.of(3), new float[3]),
            "rope_freqs.weight",
            "4 values",
            "found 3"),
        damage(
            "divisors of zero",
            m -> m.with("rope_freqs.weight", Shape.of(4), new float[4]),
            "rope_freqs.weight",
            "positive",
            "0.0"),
        damage(
            "missing tensor",
            m -> m.without("blk.1.ffn_up.weight"),
            "blk.1.ffn_up.weight",
            "required and absent"),
        damage(
            "missing embedding",
            m -> m.without("token_embd.weight"),
            "token_embd.weight",
            "required and absent"),
        damage(
            "wrong shape",
            m -> m.with("blk.2.attn_k.weight", Shape.of(32, 8), new float[256]),
            "blk.2.attn_k.weight",
            "32 × 16",
            "32 × 8"),
        damage(
            "wrong norm",
            m -> m.with("output_norm.weight", Shape.of(31), new float[31]),
            "output_norm.weight",
            "must be 32",
            "found 31"),
        damage(
            "wrong bias",
            m -> m.with("blk.0.attn_q.bias", Shape.of(8), new float[8]),
            "blk.0.attn_q.bias",
            "must be 32",
            "found 8"),
        damage(
            "heads that differ by layer",
            m -> m.with("llama.attention.head_count_kv", new long[] {2, 1, 2}),
            "llama.attention.head_count_kv",
            "same for all layers",
            "found 2, 1, 2"),
        damage(
            "heads of another number of layers",
            m -> m.with("llama.attention.head_count", new long[] {4, 4}),
            "llama.attention.head_count",
            "each of the 3 layers",
            "found 2 of them"),
        damage(
            "absurd heads of all layers",
            m -> m.with("llama.attention.head_count", new long[] {-4, -4, -4}),
            "llama.attention.head_count",
            "between 1",
            "found -4"),
        damage(
            "no heads",
            m -> m.without("llama.attention.head_count"),
            "llama.attention.head_count",
            "required and absent"),
        damage(
            "unknown scaling beside divisors",
            m ->
                m.with("rope_freqs.weight", Shape.of(4), new float[] {1, 1, 1, 1})
                    .with("llama.rope.scaling.type", "dynamic"),
            "rope.scaling.type",
            "'dynamic'"),
        damage(
            "a head count that is out of range",
            m ->
                m.with(
                    "llama.attention.head_count", new OutOfRange("must be below 2^63", "9", "9")),
            "llama.attention.head_count",
            "must be below 2^63",
            "found 9"));
  }

  @Test
  void readsANumberThatAllLayersShare() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      LlamaConfig plain = LlamaModel.configOf(model);
      model
          .with("llama.attention.head_count", new long[] {4, 4, 4})
          .with("llama.attention.head_count_kv", new long[] {2, 2, 2})
          .with("llama.feed_forward_length", new long[] {48, 48, 48})
          .with("llama.attention.sliding_window", new long[] {0, 0, 0});
      assertThat(LlamaModel.configOf(model)).isEqualTo(plain);
    }
  }

  @Test
  void readsScalingAndDivisorsTogether() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      float[] divisors = {1, 2, 4, 8};
      model
          .with("rope_freqs.weight", Shape.of(4, 1, 1), divisors)
          .with("llama.rope.scale_linear", 4.0)
          .with("llama.rope.scaling.attn_factor", 1.5);
      assertThat(LlamaModel.configOf(model).ropeScaling())
          .isInstanceOfSatisfying(
              RopeScaling.Divisors.class,
              scaling -> {
                assertThat(scaling.divisors()).isEqualTo(divisors);
                assertThat(scaling.scaling())
                    .isEqualTo(new RopeScaling.Magnified(1.5f, new RopeScaling.Linear(4)));
              });
      model.with("llama.rope.scaling.type", "none").without("rope_freqs.weight");
      assertThat(LlamaModel.configOf(model).ropeScaling())
          .isEqualTo(new RopeScaling.Magnified(1.5f, new RopeScaling.None()));
      model.with("llama.rope.scaling.type", "yarn");
      assertThat(LlamaModel.configOf(model).ropeScaling())
          .isEqualTo(new RopeScaling.Yarn(4, 512, 32, 1, 1.5f));
      model.with("llama.rope.scaling.original_context_length", 0L);
      assertThat(LlamaModel.configOf(model).ropeScaling())
          .isEqualTo(new RopeScaling.Yarn(4, 512, 32, 1, 1.5f));
    }
  }

  @Test
  void takesAsManyRowsAsThereAreTokens() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("tokenizer.ggml.tokens", List.of("a", "b", "c"));
      assertThat(LlamaModel.configOf(model).vocabulary()).isEqualTo(3);
    }
  }

  private static Arguments damage(String name, Consumer<MemoryTensors> damage, String... says) {
    return Arguments.of(Named.of(name, damage), says);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void refusesWithPlaceRuleAndFinding(Consumer<MemoryTensors> damage, String[] says) {
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      damage.accept(model);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {}))
          .withMessageContaining("test model")
          .withMessageContainingAll(says);
    }
  }
}
