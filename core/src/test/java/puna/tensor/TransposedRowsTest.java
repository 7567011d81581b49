package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransposedRowsTest {
  private static final int MATRICES = 3;
  private static final int ROWS = 5;
  private static final int COLUMNS = 8;
  private static final int FIRST = 3;
  private static final int COUNT = 4;

  private final byte[] source = new byte[MATRICES * ROWS * COLUMNS * 2];

  /// Element (matrix, row, column) is its number, two bytes of it.
  private Tensor transposed() {
    for (int i = 0; i < source.length / 2; i++) {
      source[2 * i] = (byte) i;
      source[2 * i + 1] = (byte) (100 + i);
    }
    TensorViews.Stack stack = new TensorViews.Stack(TensorType.F16, MATRICES, ROWS, COLUMNS);
    return TensorViews.transposed(
        "turned", StoredBytes.of(MemorySegment.ofArray(source)), stack, FIRST, COUNT);
  }

  private static byte[] expected() {
    byte[] expected = new byte[MATRICES * COUNT * ROWS * 2];
    int at = 0;
    for (int matrix = 0; matrix < MATRICES; matrix++) {
      for (int column = FIRST; column < FIRST + COUNT; column++) {
        for (int row = 0; row < ROWS; row++) {
          int element = (matrix * ROWS + row) * COLUMNS + column;
          expected[at++] = (byte) element;
          expected[at++] = (byte) (100 + element);
        }
      }
    }
    return expected;
  }

  @Test
  void columnsAreRows() {
    Tensor tensor = transposed();
    assertThat(tensor.shape()).isEqualTo(Shape.of(ROWS, COUNT, MATRICES));
    assertThat(tensor.content().toArray()).isEqualTo(expected());
    assertThat(tensor.content().memory()).isEmpty();
  }

  /// From the middle of a row to the middle of another, within a matrix and across.
  @Test
  void anyPartMayBeRead() {
    StoredBytes content = transposed().content();
    byte[] all = expected();
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 500; round++) {
      int from = random.nextInt(all.length);
      int end = random.nextInt(from, all.length) + 1;
      int start = random.nextInt(from + 1);
      StoredBytes part = content.slice(start, all.length - start);
      byte[] found = new byte[end - from];
      part.read(from - start, MemorySegment.ofArray(found));
      assertThat(found).isEqualTo(Arrays.copyOfRange(all, from, end));
    }
  }
}
