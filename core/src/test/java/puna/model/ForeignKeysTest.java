package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.backend.cpu.CpuBackend;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.tensor.OutOfRange;

class ForeignKeysTest {
  private static final String PATTERN = "llama.attention.sliding_window_pattern";

  @ParameterizedTest
  @MethodSource
  void refusesAnotherComputation(String name, Object value) {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("llama." + name, value);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> warnings(model))
          .withMessageContaining("test model")
          .withMessageContaining("llama." + name);
    }
  }

  static Stream<Arguments> refusesAnotherComputation() {
    return Stream.of(
        Arguments.of("attention.causal", false),
        Arguments.of("attention.causal", new OutOfRange("must be 0 or 1", "2", "2")),
        Arguments.of("use_parallel_residual", true),
        Arguments.of("logit_scale", 0.1),
        Arguments.of("embedding_scale", 12.0),
        Arguments.of("residual_scale", 0.22),
        Arguments.of("attention.scale", 0.0078125),
        Arguments.of("attention.output_scale", 2.0),
        Arguments.of("attn_logit_softcapping", 50.0),
        Arguments.of("final_logit_softcapping", 30.0),
        Arguments.of("attention.clamp_kqv", 8.0),
        Arguments.of("attention.max_alibi_bias", 8.0),
        Arguments.of("nextn_predict_layers", 1L),
        Arguments.of("leading_dense_block_count", 1L),
        Arguments.of("expert_count", 8L),
        Arguments.of("expert_used_count", 2L),
        Arguments.of("rope.dimension_sections", new long[] {16, 24, 24, 0}),
        Arguments.of("attention.sliding_window", new long[] {2, 4, 2}),
        Arguments.of("logit_scale", new double[] {1, 1}));
  }

  @ParameterizedTest
  @MethodSource
  void staysSilentWhereTheValueChangesNothing(String name, Object value) {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("llama." + name, value);
      assertThat(warnings(model)).isEmpty();
    }
  }

  static Stream<Arguments> staysSilentWhereTheValueChangesNothing() {
    return Stream.of(
        Arguments.of("attention.causal", true),
        Arguments.of("use_parallel_residual", false),
        Arguments.of("logit_scale", 1.0),
        Arguments.of("logit_scale", 0L),
        Arguments.of("attention.scale", 1 / Math.sqrt(8)),
        Arguments.of("attention.scale", (double) (float) (1 / Math.sqrt(8))),
        Arguments.of("final_logit_softcapping", 0.0),
        Arguments.of("nextn_predict_layers", 0L),
        Arguments.of("expert_used_count", 0L),
        Arguments.of("rope.dimension_sections", new long[] {0, 0, 0, 0}),
        Arguments.of("rope.freq_base_swa", 5000.0),
        Arguments.of("attention.sliding_window_pattern", new boolean[] {true, false, true}),
        Arguments.of("pooling_type", 0L),
        Arguments.of("pooling_type", 1L),
        Arguments.of("vocab_size", 40L),
        Arguments.of("rope.dimension_count", 8L),
        Arguments.of("attention.value_length", 8L),
        Arguments.of("tensor_data_layout", "Meta AI original pth"),
        Arguments.of("rope.scaling.finetuned", true),
        Arguments.of("rope.scaling.original_context_length", 64L),
        Arguments.of("rope.scaling.yarn_beta_fast", 16.0));
  }

  @Test
  void refusesWindowsOfSomeLayers() {
    for (Object pattern :
        List.of(new boolean[] {true, false, true}, new long[] {1, 0, 1}, 2L, 1L)) {
      try (MemoryTensors model = windowed().with(PATTERN, pattern)) {
        assertThatExceptionOfType(ModelFormatException.class)
            .isThrownBy(() -> warnings(model))
            .withMessageContaining(PATTERN);
      }
    }
    for (Object pattern : List.of(new boolean[] {true, true, true}, new long[] {1, 1, 1}, 0L)) {
      try (MemoryTensors model = windowed().with(PATTERN, pattern)) {
        assertThat(warnings(model)).isEmpty();
      }
    }
  }

  @Test
  void refusesABaseOfWindowedLayersAlone() {
    try (MemoryTensors model = windowed().with("llama.rope.freq_base_swa", 10000.0)) {
      assertThat(warnings(model)).isEmpty();
      model.with("llama.rope.freq_base_swa", 5000.0);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> warnings(model))
          .withMessageContaining("llama.rope.freq_base_swa");
    }
  }

  @Test
  void refusesWhatYarnAloneReads() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("llama.rope.scaling.yarn_log_multiplier", 0.1);
      assertThat(warnings(model)).isEmpty();
      model.with("llama.rope.scaling.type", "yarn");
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> warnings(model))
          .withMessageContaining("yarn_log_multiplier");
    }
  }

  @Test
  void namesWhatNothingReadsInOneSentence() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("llama.surprise", 1L).with("llama.wonder", 1L).with("other.surprise", 1L);
      assertThat(warnings(model))
          .singleElement()
          .asString()
          .startsWith("llama.surprise, llama.wonder: nothing reads");
      for (int i = 0; i < 20; i++) {
        model.with("llama.surprise" + i, 1L);
      }
      assertThat(warnings(model)).singleElement().asString().contains(" and 14 more: ");
    }
  }

  private static MemoryTensors windowed() {
    return GoldenModel.plain().tensors().with("llama.attention.sliding_window", 4L);
  }

  private static List<String> warnings(MemoryTensors model) {
    ModelWarnings warnings = new ModelWarnings();
    try (CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      LlamaModel.load(model, backend, warnings, bytes -> {});
    }
    return warnings.all();
  }
}
