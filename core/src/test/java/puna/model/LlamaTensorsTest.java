package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelFormatException;
import puna.tensor.Shape;
import puna.tensor.Tensor;

class LlamaTensorsTest {
  private static final int WIDTH = 32;
  private static final int SURPLUS = 9;

  @Test
  void scalesEveryMatrixAsItsWeightsTimesTheScale() {
    ScaledMatrices.check("scalar");
  }

  @Test
  void refusesAScaleThatIsNoNumber() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("blk.0.attn_q.scale", Shape.of(1), new float[] {Float.NaN});
      refuses(model, "blk.0.attn_q.scale", "finite", "NaN");
      model.with("blk.0.attn_q.scale", Shape.of(2), new float[2]);
      refuses(model, "blk.0.attn_q.scale", "must be 1 ", "found 2");
    }
  }

  @Test
  void takesTrailingExtentsOfOneFromEveryTensor() {
    try (MemoryTensors plain = GoldenModel.plain().tensors();
        MemoryTensors ranked = GoldenModel.plain().tensors()) {
      for (Tensor tensor : List.copyOf(ranked.tensors().values())) {
        Shape shape = tensor.shape();
        float[] values =
            MemorySegment.ofArray(tensor.content().toArray())
                .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        ranked.with(tensor.name(), Shape.of(shape.ne0(), shape.ne1(), 1, 1), values);
      }
      assertThat(ScaledMatrices.logits(ranked, "scalar"))
          .isEqualTo(ScaledMatrices.logits(plain, "scalar"));
      ranked.with("output_norm.weight", Shape.of(1, 1, 1, WIDTH), new float[WIDTH]);
      refuses(ranked, "output_norm.weight", "must be 32 ", "found 1 × 1 × 1 × 32");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesOutRowsThatStandForNoToken(boolean tied) {
    GoldenModel golden = new GoldenModel(8, tied, false);
    try (MemoryTensors plain = golden.tensors();
        MemoryTensors padded = golden.tensors()) {
      List<String> tokens =
          IntStream.range(0, GoldenModel.VOCABULARY).mapToObj(String::valueOf).toList();
      padded.with("tokenizer.ggml.tokens", tokens);
      pad(padded, "token_embd.weight");
      if (!tied) {
        pad(padded, "output.weight");
        float[] bias = new float[GoldenModel.VOCABULARY + SURPLUS];
        Arrays.fill(bias, 0, GoldenModel.VOCABULARY, 0.5f);
        padded.with("output.bias", Shape.of(bias.length), bias);
        bias = Arrays.copyOf(bias, GoldenModel.VOCABULARY);
        plain.with("output.bias", Shape.of(bias.length), bias);
      }
      assertThat(LlamaModel.configOf(padded).vocabulary()).isEqualTo(GoldenModel.VOCABULARY);
      assertThat(ScaledMatrices.logits(padded, "scalar"))
          .isEqualTo(ScaledMatrices.logits(plain, "scalar"));
    }
  }

  @Test
  void refusesAnOutputWithFewerRowsThanTokens() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      model.with("output.weight", Shape.of(WIDTH, 39), new float[39 * WIDTH]);
      refuses(model, "output.weight", "must be 32 × 40", "found 32 × 39");
      model.with("output.weight", Shape.of(WIDTH, 20, 3), new float[60 * WIDTH]);
      refuses(model, "output.weight", "found 32 × 20 × 3");
    }
  }

  private static void pad(MemoryTensors model, String name) {
    Tensor tensor = model.find(name).orElseThrow();
    float[] values =
        MemorySegment.ofArray(tensor.content().toArray()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    float[] more = Arrays.copyOf(values, values.length + SURPLUS * WIDTH);
    Arrays.fill(more, values.length, more.length, 1e9f);
    model.with(name, Shape.of(WIDTH, GoldenModel.VOCABULARY + SURPLUS), more);
  }

  private static void refuses(MemoryTensors model, String... says) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ScaledMatrices.logits(model, "scalar"))
        .withMessageContainingAll(says);
  }
}
