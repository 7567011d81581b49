package puna.gguf;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.tensor.ScaleGrid;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class GgufWriterTest {
  @Test
  void refusesWhatGgufHasNoTypeFor() {
    Tensor codes =
        new Tensor("w", TensorType.F8_E4M3, Shape.of(4), MemorySegment.ofArray(new byte[4]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GgufWriter().tensor(codes))
        .withMessage("w: GGUF has no type F8_E4M3");
  }

  @Test
  void refusesNumbersWithScalesBesideThem() {
    Tensor scale =
        new Tensor("s", TensorType.F32, Shape.of(1), MemorySegment.ofArray(new float[] {2}));
    Tensor numbers =
        new Tensor(
            "w",
            TensorType.I8,
            Shape.of(4, 2),
            StoredBytes.of(MemorySegment.ofArray(new byte[8])),
            Optional.of(new ScaleGrid(scale, 2, 4)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GgufWriter().tensor(numbers))
        .withMessage("w: GGUF has no place for the scales of its blocks");
  }
}
