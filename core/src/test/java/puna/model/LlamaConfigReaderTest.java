package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelFormatException;
import puna.tensor.ModelWarnings;
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
            "found 8"));
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
