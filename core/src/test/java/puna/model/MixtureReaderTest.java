package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import puna.backend.cpu.CpuBackend;
import puna.error.ModelFormatException;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.quant.BlockFormats;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;
import puna.tensor.TensorSource;

/// Files whose keys and tensors of experts contradict each other.
class MixtureReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expert_used_count          | 9             | llama4.expert_used_count must be between 1 and 8, found 9
          expert_used_count          | -             | llama4.expert_count is not supported without llama4.expert_used_count, found 8
          expert_count               | 9             | tensor blk.1.ffn_gate_inp.weight must be 256 × 9 by the file's metadata, found 256 × 8
          expert_count               | 1099511627776 | llama4.expert_count must be between 1 and 4096, found 1099511627776
          expert_feed_forward_length | -             | llama4.expert_feed_forward_length
          expert_feed_forward_length | 128           | ffn_gate_exps.weight must be 256 × 128 × 8 by the file's metadata, found 256 × 256 × 8
          interleave_moe_layer_step  | 1             | tensor blk.0.ffn_gate_inp.weight is required and absent
          interleave_moe_layer_step  | 0             | llama4.interleave_moe_layer_step must be between 1 and 4, found 0
          expert_gating_func         | 1             | llama4.expert_gating_func must be absent or change nothing
          expert_weights_scale       | 2.5           | llama4.expert_weights_scale must be absent or change nothing
          attention.chunk_size       | -1            | llama4.attention.chunk_size must be between 1 and 2147483647, found -1
          attention.sliding_window_pattern | -1      | sliding_window_pattern must be a number of layers, found -1
          attention.temperature_scale | NaN          | llama4.attention.temperature_scale must be a positive number, found NaN
          attention.temperature_length | 0.5         | llama4.attention.temperature_length
          """)
  void namesTheKeyThatContradicts(String key, String value, String message) {
    refuses(
        model -> {
          MemoryTensors _ =
              switch (value) {
                case "-" -> model.without("llama4." + key);
                case "NaN", "2.5", "0.5" -> model.with("llama4." + key, Double.valueOf(value));
                default -> model.with("llama4." + key, Long.valueOf(value));
              };
        },
        message);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            "no router",
            m -> m.without("blk.3.ffn_gate_inp.weight"),
            "tensor blk.3.ffn_gate_inp.weight is required and absent"),
        damage(
            "no shared expert",
            m -> m.without("blk.1.ffn_up_shexp.weight"),
            "tensor blk.1.ffn_up_shexp.weight is required and absent"),
        damage(
            "experts that are flat",
            m -> m.with("blk.1.ffn_up_exps.weight", Shape.of(256, 2048), new float[256 * 2048]),
            "ffn_up_exps.weight must be 256 × 256 × 8 by the file's metadata, found 256 × 2048"),
        damage(
            "scales that are no numbers",
            m ->
                m.with(
                    "blk.1.ffn_up_exps.scale",
                    Shape.of(8),
                    new float[] {1, 1, Float.POSITIVE_INFINITY, 1, 1, 1, 1, 1}),
            "tensor blk.1.ffn_up_exps.scale must be a finite number, found Infinity"),
        damage(
            "too few flags",
            m -> m.with("llama4.attention.sliding_window_pattern", new long[] {1, 0}),
            "sliding_window_pattern must have one flag for each of the 4 layers, found 2"));
  }

  private static Arguments damage(String what, Consumer<MemoryTensors> change, String says) {
    return Arguments.of(Named.of(what, change), says);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void namesWhatContradicts(Consumer<MemoryTensors> change, String says) {
    refuses(change, says);
  }

  private static void refuses(Consumer<MemoryTensors> change, String says) {
    try (MemoryTensors model = fourth()) {
      change.accept(model);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> load(model))
          .withMessageContaining(says);
    }
  }

  @Test
  void layersWithoutAStepHaveExpertsWhereTheyHaveARouter() {
    try (MemoryTensors model = fourth().without("llama4.interleave_moe_layer_step")) {
      assertThat(LlamaModel.configOf(model).mixture().orElseThrow().layers())
          .containsExactlyInAnyOrder(1, 3);
      load(model);
    }
  }

  @Test
  void scalesMultiplyEachExpert() {
    float[] scales = {1, 2, 0.5f, 1, 3, 1, 1, 1};
    try (MemoryTensors scaled = fourth();
        MemoryTensors multiplied = fourth()) {
      scaled.with("blk.1.ffn_down_exps.scale", Shape.of(8), scales);
      String name = "blk.1.ffn_down_exps.weight";
      float[] values = BlockFormats.floats(multiplied.find(name).orElseThrow());
      for (int i = 0; i < values.length; i++) {
        values[i] *= scales[i / (256 * 256)];
      }
      multiplied.with(name, Shape.of(256, 256, 8), values);
      assertThat(MixtureTwins.logits(scaled, "scalar"))
          .containsExactly(MixtureTwins.logits(multiplied, "scalar"), within(1e-4f));
    }
  }

  private static MemoryTensors fourth() {
    try (TensorSource source =
        new RandomModel(MixtureTwins.fourth(), WeightMix.named("F32"), 1).load()) {
      return MixtureTwins.decoded(source);
    }
  }

  private static void load(MemoryTensors model) {
    ModelWarnings warnings = new ModelWarnings();
    try (CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      LlamaModel.load(model, backend, warnings, bytes -> {});
    }
    assertThat(warnings.all()).isEmpty();
  }
}
