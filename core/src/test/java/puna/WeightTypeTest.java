package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.format.ConvertedContents;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Weights that are converted while they are loaded.
class WeightTypeTest {
  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(WeightType.class)
  void rowsAreThoseThatTheReferenceEncoderMakes(WeightType type) {
    TensorType wanted = type.tensorType();
    BlockFormat format = BlockFormats.of(wanted).orElseThrow();
    try (ModelContents model = ModelFiles.open(EmbeddedModel.path())) {
      Tensor stored = model.find("blk.3.ffn_down.weight").orElseThrow();
      Tensor converted = new ConvertedContents(model, wanted).find(stored.name()).orElseThrow();
      assertThat(converted.type()).isEqualTo(wanted);
      assertThat(converted.shape()).isEqualTo(stored.shape());
      int columns = (int) stored.shape().columns();
      float[] row = Arrays.copyOfRange(BlockFormats.floats(stored), columns, 2 * columns);
      MemorySegment expected = MemorySegment.ofArray(new byte[(int) converted.rowBytes()]);
      format.encode(row, 0, columns, expected, 0);
      // Rows are read in one piece or across their borders: the bytes are the same.
      for (long from : new long[] {0, 1, converted.rowBytes() - 1}) {
        MemorySegment found = MemorySegment.ofArray(new byte[(int) converted.rowBytes() + 1]);
        converted.content().read(from, found);
        long inRow = Math.max(0, converted.rowBytes() - from);
        long length = found.byteSize() - inRow;
        assertThat(found.asSlice(inRow, length).mismatch(expected.asSlice(0, length)))
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void logitsKeepSixBitsAndRowsOfOtherLengthsAWiderType() {
    try (ModelContents model = ModelFiles.open(EmbeddedModel.path())) {
      ModelContents small = new ConvertedContents(model, TensorType.Q2_K);
      // 576 columns are no multiple of 256, 1536 are.
      assertThat(type(small, "blk.0.ffn_down.weight")).isEqualTo(TensorType.Q2_K);
      assertThat(type(small, "blk.0.attn_q.weight")).isEqualTo(TensorType.Q8_0);
      assertThat(type(small, "token_embd.weight")).isEqualTo(TensorType.Q8_0);
      assertThat(type(small, "blk.0.attn_norm.weight")).isEqualTo(TensorType.F32);
      ModelContents half = new ConvertedContents(model, TensorType.F16);
      assertThat(type(half, "token_embd.weight")).isEqualTo(TensorType.F16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-fp8-tensor", "hf-fp8-block"})
  void scalesAreAppliedBeforehand(String name) throws IOException {
    Path folder = FormatFixtures.copy(name, temp);
    try (ModelContents model = ModelFiles.open(folder)) {
      ModelContents wide = new ConvertedContents(model, TensorType.F32);
      for (String part : new String[] {"attn_q", "attn_k", "ffn_up", "ffn_down"}) {
        Tensor stored = model.find("blk.0." + part + ".weight").orElseThrow();
        Tensor converted = wide.find(stored.name()).orElseThrow();
        assertThat(stored.type()).isEqualTo(TensorType.F8_E4M3);
        assertThat(converted.scales()).isEmpty();
        float[] values = BlockFormats.floats(converted);
        assertThat(values).isEqualTo(BlockFormats.floats(stored));
        float largest = 0;
        for (float value : values) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isLessThan(4); // codes reach 448
      }
    }
  }

  private static TensorType type(ModelContents model, String tensor) {
    return model.find(tensor).orElseThrow().type();
  }

  @Test
  void aModelIsOpenedWithThem() throws IOException {
    Path folder = FormatFixtures.copy("hf-llama2-f16", temp);
    LlamaOptions options = LlamaOptions.defaults().withTier(KernelTier.SCALAR);
    try (Llama stored = Llama.open(ModelSource.file(folder), options);
        Llama wide = Llama.open(ModelSource.file(folder), options.withWeightType(WeightType.BF16));
        Llama narrow =
            Llama.open(ModelSource.file(folder), options.withWeightType(WeightType.Q8_0))) {
      Prompt prompt = Prompt.tokens(1, 115, 91, 443, 444, 145, 55, 505);
      double reference = stored.score(prompt, ScoreOptions.defaults()).negativeLogLikelihood();
      for (Llama converted : new Llama[] {wide, narrow}) {
        assertThat(converted.score(prompt, ScoreOptions.defaults()).negativeLogLikelihood())
            .isNotEqualTo(reference)
            .isCloseTo(reference, within(0.02 * reference));
      }
      assertThat(narrow.info().kernels()).contains("Q8_0", "F16"); // rows of 80 stay F16
    }
  }
}
