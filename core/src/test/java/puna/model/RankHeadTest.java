package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.backend.cpu.CpuBackend;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;

class RankHeadTest {
  private static final int WIDTH = 32;

  @Test
  void aPlainHeadIsAProductAndABias() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      float[] out = new float[WIDTH];
      out[0] = 2;
      out[31] = -1;
      model
          .with("cls.output.weight", Shape.of(WIDTH, 1), out)
          .with("cls.output.bias", Shape.of(1), new float[] {0.5f});
      float[] state = new float[WIDTH];
      state[0] = 3;
      state[31] = 4;
      assertThat(head(model).score(state)).isCloseTo(2 * 3 - 4 + 0.5, within(1e-9));
    }
  }

  @Test
  void aDenseLayerComesFirst() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      float[] dense = new float[2 * WIDTH];
      dense[1] = 1; // row 0 takes state[1]
      dense[WIDTH + 2] = -2; // row 1 takes −2 · state[2]
      model
          .with("cls.weight", Shape.of(WIDTH, 2), dense)
          .with("cls.bias", Shape.of(2), new float[] {0, 0.25f})
          .with("cls.output.weight", Shape.of(2, 1), new float[] {3, 5});
      float[] state = new float[WIDTH];
      state[1] = 0.5f;
      state[2] = 0.1f;
      assertThat(head(model).score(state))
          .isCloseTo(3 * Math.tanh(0.5) + 5 * Math.tanh(0.25 - 0.2), within(1e-6));
    }
  }

  @Test
  void aHeadOfSeveralScoresIsRefusedByName() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("cls.output.weight", Shape.of(WIDTH, 3), new float[3 * WIDTH]);
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> head(model))
          .withMessageContaining("cls.output.weight")
          .withMessageContaining("to give one score");
    }
  }

  @Test
  void aModelWithoutOneHasNone() {
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      assertThat(LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {}).rankHead())
          .isEmpty();
    }
  }

  private static RankHead head(MemoryTensors model) {
    try (CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      return LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {})
          .rankHead()
          .orElseThrow();
    }
  }
}
