package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;
import puna.tensor.Tensor;

/// Models whose matrices have a scale beside them.
public final class ScaledMatrices {
  private static final List<String> MATRICES =
      List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down");

  private ScaledMatrices() {}

  /// Compares each matrix with a scale with one whose weights are multiplied by it.
  public static void check(String tier) {
    for (String matrix : MATRICES) {
      try (MemoryTensors scaled = GoldenModel.plain().tensors();
          MemoryTensors multiplied = GoldenModel.plain().tensors()) {
        String name = "blk.1." + matrix;
        scaled.with(name + ".scale", Shape.of(1), new float[] {0.25f});
        Tensor weight = multiplied.find(name + ".weight").orElseThrow();
        float[] values =
            MemorySegment.ofArray(weight.content().toArray())
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        for (int i = 0; i < values.length; i++) {
          values[i] *= 0.25f;
        }
        multiplied.with(weight.name(), weight.shape(), values);
        assertThat(logits(scaled, tier))
            .as(matrix)
            .containsExactly(logits(multiplied, tier), within(1e-5f));
      }
    }
  }

  /// The last token's.
  static float[] logits(MemoryTensors model, String tier) {
    try (CpuBackend backend = new CpuBackend(1, Optional.of(tier))) {
      LlamaModel llama = LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {});
      int count = GoldenModel.TOKENS.length;
      try (Decoder decoder = llama.decoder(llama.kvShape(1, 64, KvType.F32), count, count)) {
        decoder.forward(Batches.all(GoldenModel.TOKENS, 0, 0));
        float[] logits = new float[llama.config().vocabulary()];
        decoder.readLogits(count - 1, logits);
        return logits;
      }
    }
  }
}
