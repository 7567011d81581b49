package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;

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

  /// More rows than are turned at once, elements of every width.
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F8_E4M3", "BF16", "F32", "F64"})
  void elementsOfAnyWidthAreTurned(TensorType type) {
    int width = (int) type.byteSize(1);
    int rows = 70;
    int columns = 9;
    byte[] bytes = new byte[2 * rows * columns * width];
    TestSeed.splittable(6).nextBytes(bytes);
    TensorViews.Stack stack = new TensorViews.Stack(type, 2, rows, columns);
    StoredBytes stored = StoredBytes.of(MemorySegment.ofArray(bytes));
    byte[] turned = TensorViews.transposed("turned", stored, stack, 1, 7).content().toArray();
    for (int matrix = 0; matrix < 2; matrix++) {
      for (int column = 0; column < 7; column++) {
        for (int row = 0; row < rows; row++) {
          int from = ((matrix * rows + row) * columns + column + 1) * width;
          int at = ((matrix * 7 + column) * rows + row) * width;
          assertThat(Arrays.copyOfRange(turned, at, at + width))
              .isEqualTo(Arrays.copyOfRange(bytes, from, from + width));
        }
      }
    }
  }

  /// Whoever reads a few rows alone would read the file in crumbs.
  @Test
  void manyRowsAreReadTogether() {
    assertThat(transposed().content().together()).isEqualTo(COUNT * ROWS * 2);
    TensorViews.Stack large = new TensorViews.Stack(TensorType.BF16, 1, 3, 10_000);
    StoredBytes zeros = StoredBytes.of(MemorySegment.ofArray(new byte[60_000]));
    Tensor tensor = TensorViews.transposed("large", zeros, large, 0, 10_000);
    assertThat(tensor.content().slice(6, 600).together()).isEqualTo(512 * tensor.rowBytes());
  }

  /// From the middle of a row to the middle of another, within a matrix and across.
  @Test
  void anyPartMayBeRead() {
    StoredBytes content = transposed().content();
    byte[] all = expected();
    SplittableRandom random = TestSeed.splittable(5);
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
