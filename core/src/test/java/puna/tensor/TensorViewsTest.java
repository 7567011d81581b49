package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.quant.BlockFormats;

/// Scales go where the rows of their matrix go.
class TensorViewsTest {
  private static final int ROWS = 8;

  /// Row r holds r + 1; scales are 1, 10, 100 …
  private static Tensor matrix(long blockRows) {
    byte[] codes = new byte[ROWS];
    for (int row = 0; row < ROWS; row++) {
      codes[row] = (byte) (row + 1);
    }
    int down = Math.ceilDiv(ROWS, (int) blockRows);
    float[] scales = new float[down];
    for (int i = 0; i < down; i++) {
      scales[i] = (float) Math.pow(10, i);
    }
    return new Tensor(
        "w",
        TensorType.I8,
        Shape.of(1, ROWS),
        StoredBytes.of(MemorySegment.ofArray(codes)),
        Optional.of(
            new ScaleGrid(
                new Tensor("s", TensorType.F32, Shape.of(1, down), MemorySegment.ofArray(scales)),
                blockRows,
                1)));
  }

  @Test
  void interleavedRowsKeepTheirScales() {
    assertThat(BlockFormats.floats(TensorViews.interleaved(matrix(8), 2)))
        .containsExactly(1, 3, 2, 4, 5, 7, 6, 8);
    assertThat(BlockFormats.floats(TensorViews.interleaved(matrix(4), 2)))
        .containsExactly(1, 3, 2, 4, 50, 70, 60, 80);
    assertThat(BlockFormats.floats(TensorViews.interleaved(matrix(2), 2)))
        .containsExactly(1, 30, 2, 40, 500, 7000, 600, 8000);
    assertThat(BlockFormats.floats(TensorViews.interleaved(matrix(3), 2)))
        .containsExactly(1, 3, 2, 40, 50, 700, 60, 800);
  }

  @Test
  void blocksOfWholeHeadsKeepTheirGrid() {
    Tensor matrix = matrix(4);
    assertThat(TensorViews.interleaved(matrix, 2).scales()).isEqualTo(matrix.scales());
    assertThat(TensorViews.named("v", matrix).scales()).isEqualTo(matrix.scales());
    assertThat(matrix.firstRows(4).scales()).isEqualTo(matrix.scales());
  }

  @Test
  void someRowsHaveTheirOwnScales() {
    assertThat(BlockFormats.floats(TensorViews.rows(matrix(2), 2, 4)))
        .containsExactly(30, 40, 500, 600);
    assertThat(BlockFormats.floats(TensorViews.rows(matrix(1), 3, 2)))
        .containsExactly(4000, 50_000);
    assertThat(BlockFormats.floats(TensorViews.rows(matrix(8), 3, 2))).containsExactly(4, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorViews.rows(matrix(2), 3, 2))
        .withMessageContaining("must begin with a block of 2 rows, found row 3");
  }

  @Test
  void someColumnsAreAMatrix() {
    Tensor columns = TensorViews.columns(floats(4, 1, 2, 3, 4, 5, 6, 7, 8), 1, 2);
    assertThat(columns.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(BlockFormats.floats(columns)).containsExactly(2, 3, 6, 7);
  }

  /// Two stacks of two matrices, each of two rows.
  @Test
  void matricesGoOnWithTheRowsOfOtherStacks() {
    Tensor woven =
        TensorViews.woven("woven", List.of(floats(1, 1, 2, 5, 6), floats(1, 3, 4, 7, 8)), 2);
    assertThat(woven.shape()).isEqualTo(Shape.of(1, 4, 2));
    assertThat(BlockFormats.floats(woven)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorViews.woven("woven", List.of(floats(1, 1, 2), floats(2, 3, 4)), 1))
        .withMessageContaining("the same rows and columns");
  }

  private static Tensor floats(int columns, float... values) {
    return new Tensor(
        "f",
        TensorType.F32,
        Shape.of(columns, values.length / columns),
        MemorySegment.ofArray(values));
  }

  @Test
  void viewsThatWouldLoseScalesAreRefused() {
    Tensor matrix = matrix(4);
    String told = "tensor w: numbers with scales beside them have one shape";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorViews.stacked("v", List.of(matrix, matrix)))
        .withMessage(told);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorViews.sideBySide("v", List.of(matrix, matrix)))
        .withMessage(told);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorViews.shaped(Shape.of(ROWS), matrix))
        .withMessage(told);
  }

  @Test
  void everyElementNeedsAScale() {
    Tensor scales =
        new Tensor("s", TensorType.F32, Shape.of(1, 2), MemorySegment.ofArray(new float[2]));
    ScaleGrid grid = new ScaleGrid(scales, 3, 1);
    StoredBytes codes = matrix(8).content();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Tensor("w", TensorType.I8, Shape.of(1, ROWS), codes, Optional.of(grid)))
        .withMessage("tensor w: 1 × 8 in blocks of 1 × 3 needs 1 × 3 scales, found 1 × 2");
  }
}
