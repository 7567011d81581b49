package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.cpu.CpuBackend;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class UnreadTensorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "blk.0.attn_q_norm.weight",
        "blk.0.post_attention_norm.weight",
        "blk.2.post_ffw_norm.weight",
        "blk.1.attn_sub_norm.weight",
        "blk.0.attn_norm.bias",
        "output_norm.bias",
        "token_embd_norm.weight",
        "token_embd.bias",
        "token_embd.scale",
        "output_norm.scale",
        "position_embd.weight",
        "token_types.weight",
        "cls.output.weight",
        "blk.0.attn_q.weight.lora_a",
        "blk.3.attn_q.weight",
        "blk.10.attn_norm.weight",
        "v.blk.0.attn_q.weight",
        "mm.0.weight",
        "blk.0.ffn_gate_inp.weight",
        "blk.0.ffn_up_shexp.weight",
        "blk.0.ffn_up_exps.weight",
        "blk.0.attn_sinks.weight",
        "blk.0.attn_gate.weight",
        "blk.0.nextn.eh_proj.weight",
        "blk.0.rope_freqs.weight",
        "rope_factors_long.weight",
        "rope.freqs.weight",
        "blk.0.attn_q.scales",
        "blk.0.attn_q_proj.scale",
        "blk.0.attn_z.input_scale",
        "input_scale",
        "surprise"
      })
  void refusesWhatNothingReads(String name) {
    refuses(model -> model.with(name, Shape.of(1), new float[1]), "test model", "found 1", name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rope.freqs",
        "blk.0.attn_rot_embd.weight",
        "blk.2.attn_rot_embd",
        "blk.1.attn.rope.freqs",
        "blk.1.ffn_up.input_scale",
        "output.input_scale"
      })
  void leavesOutWhatChangesNothing(String name) {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      load(model.with(name, Shape.of(1), new float[1]));
    }
  }

  @Test
  void refusesAnInputScaleWhereActivationsMayNeedIt() {
    refuses(
        model -> {
          model.with("blk.0.attn_q.input_scale", Shape.of(1), new float[1]);
          Shape shape = Shape.of(64, 2);
          model
              .tensors()
              .put(
                  "x.weight",
                  new Tensor(
                      "x.weight", TensorType.NVFP4, shape, MemorySegment.ofArray(new byte[72])));
          model.with("x.input_scale", Shape.of(1), new float[1]);
        },
        "found 2",
        "x.weight, x.input_scale");
  }

  @Test
  void namesSomeOfMany() {
    refuses(
        model -> {
          for (int i = 0; i < 9; i++) {
            model.with("blk.3.t" + i, Shape.of(1), new float[1]);
          }
        },
        "found 9",
        "blk.3.t0, blk.3.t1, blk.3.t2, blk.3.t3 and 5 more");
  }

  @Test
  void refusesABiasOrScaleOfAnOutputThatIsTheEmbedding() {
    refuses(
        model -> {
          model.without("output.weight");
          model.with("output.bias", Shape.of(40), new float[40]);
        },
        "output.bias");
    // the reference has none but for NVFP4
    refuses(model -> model.with("output.scale", Shape.of(1), new float[] {1}), "output.scale");
  }

  private static void refuses(Consumer<MemoryTensors> change, String... says) {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      change.accept(model);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> load(model))
          .withMessageContainingAll(says);
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
