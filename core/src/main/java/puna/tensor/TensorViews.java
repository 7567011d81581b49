package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongUnaryOperator;

/// Tensors made of other tensors without a copy: their bytes are gathered while they are read.
public final class TensorViews {
  private TensorViews() {}

  /// The same under another name.
  public static Tensor named(String name, Tensor tensor) {
    return new Tensor(name, tensor.type(), tensor.shape(), tensor.content(), tensor.scales());
  }

  /// The same elements in another shape.
  public static Tensor shaped(Shape shape, Tensor tensor) {
    requireNoScales(tensor);
    return new Tensor(tensor.name(), tensor.type(), shape, tensor.content());
  }

  /// Rows whose two halves by head are rotated together, as Hugging Face keeps queries and keys, in
  /// the order of pairs that GGUF and Meta have: rows i and i + n/2 of the n of a head become rows
  /// 2i and 2i + 1. Of a bias (one row), the same of its elements.
  ///
  /// @param heads must divide the rows into even numbers
  public static Tensor interleaved(Tensor tensor, int heads) {
    Shape shape = tensor.shape();
    boolean isBias = shape.rows() == 1;
    long rows = isBias ? shape.columns() : shape.rows();
    long rowBytes = isBias ? tensor.type().byteSize(1) : tensor.rowBytes();
    long headRows = rows / heads;
    if (rows % heads != 0 || headRows % 2 != 0) {
      throw new IllegalArgumentException(
          "tensor %s: %s rows are not even numbers of rows for %s heads"
              .formatted(tensor.name(), rows, heads));
    }
    StoredBytes content = tensor.content();
    LongUnaryOperator source =
        row -> {
          long inHead = row % headRows;
          return row - inHead + inHead / 2 + (inHead % 2) * (headRows / 2);
        };
    GatheredRows.Rows gather =
        (row, from, target) -> content.read(source.applyAsLong(row) * rowBytes + from, target);
    return new Tensor(
        tensor.name(),
        tensor.type(),
        shape,
        new GatheredRows(gather, rowBytes, rows),
        tensor.scales().map(scales -> reordered(scales, rows, headRows, source)));
  }

  /// Rows stay within their head, so blocks of whole heads keep their scales.
  private static ScaleGrid reordered(
      ScaleGrid scales, long rows, long headRows, LongUnaryOperator source) {
    boolean isWholeHeads = scales.blockRows() % headRows == 0;
    return isWholeHeads ? scales : scales.reordered(rows, source);
  }

  /// Some rows of a matrix, or of a stack of them, as a matrix of their own.
  ///
  /// @throws IllegalArgumentException when they have scales and do not begin with a block of them
  public static Tensor rows(Tensor tensor, long first, long count) {
    long rowBytes = tensor.rowBytes();
    return new Tensor(
        tensor.name(),
        tensor.type(),
        Shape.of(tensor.shape().columns(), count),
        tensor.content().slice(first * rowBytes, count * rowBytes),
        tensor.scales().map(scales -> scales.rows(first, count)));
  }

  /// Some columns of a matrix whose type has no blocks, as a matrix of their own.
  public static Tensor columns(Tensor tensor, long first, long count) {
    requireNoScales(tensor);
    StoredBytes content = tensor.content();
    long rowBytes = tensor.rowBytes();
    long skipped = tensor.type().byteSize(first);
    GatheredRows.Rows gather =
        (row, from, target) -> content.read(row * rowBytes + skipped + from, target);
    Shape shape = Shape.of(count, tensor.shape().rows());
    return new Tensor(
        tensor.name(),
        tensor.type(),
        shape,
        new GatheredRows(gather, tensor.type().byteSize(count), shape.rows()));
  }

  /// Parts with the same columns, one after the other.
  ///
  /// @throws IllegalArgumentException when their types or columns differ
  public static Tensor stacked(String name, List<Tensor> parts) {
    Tensor first = parts.getFirst();
    if (parts.size() == 1) {
      return named(name, first);
    }
    long rows = 0;
    long[] starts = new long[parts.size()];
    for (int i = 0; i < starts.length; i++) {
      requireSameType(name, first, parts.get(i));
      if (parts.get(i).shape().columns() != first.shape().columns()) {
        throw differing(name, "columns", first, parts.get(i));
      }
      starts[i] = rows;
      rows += parts.get(i).shape().rows();
    }
    long rowBytes = first.rowBytes();
    GatheredRows.Rows gather =
        (row, from, target) -> {
          int part = 0;
          while (part + 1 < starts.length && starts[part + 1] <= row) {
            part++;
          }
          parts.get(part).content().read((row - starts[part]) * rowBytes + from, target);
        };
    Shape shape = Shape.of(first.shape().columns(), rows);
    return new Tensor(name, first.type(), shape, new GatheredRows(gather, rowBytes, rows));
  }

  /// Parts with the same rows, each row of one going on with that of the next.
  ///
  /// @throws IllegalArgumentException when their types or rows differ
  public static Tensor sideBySide(String name, List<Tensor> parts) {
    Tensor first = parts.getFirst();
    if (parts.size() == 1) {
      return named(name, first);
    }
    long columns = 0;
    for (Tensor part : parts) {
      requireSameType(name, first, part);
      if (part.shape().rows() != first.shape().rows()) {
        throw differing(name, "rows", first, part);
      }
      columns += part.shape().columns();
    }
    Shape shape = Shape.of(columns, first.shape().rows());
    GatheredRows.Rows gather = (row, from, target) -> readAcross(parts, row, from, target);
    long rowBytes = first.type().byteSize(columns);
    return new Tensor(name, first.type(), shape, new GatheredRows(gather, rowBytes, shape.rows()));
  }

  /// Stacks of as many matrices each: every matrix goes on with the rows of the next stack's.
  ///
  /// @param matrices of each part
  /// @throws IllegalArgumentException when types, columns or rows of the parts differ
  public static Tensor woven(String name, List<Tensor> parts, long matrices) {
    Tensor first = parts.getFirst();
    for (Tensor part : parts) {
      requireSameType(name, first, part);
      if (!part.shape().sameExtents(first.shape())) {
        throw differing(name, "rows and columns", first, part);
      }
    }
    long rowBytes = first.rowBytes();
    long rows = first.shape().rows() / matrices;
    GatheredRows.Rows gather =
        (row, from, target) -> {
          long inMatrix = row % (rows * parts.size());
          long source = row / (rows * parts.size()) * rows + inMatrix % rows;
          parts.get((int) (inMatrix / rows)).content().read(source * rowBytes + from, target);
        };
    Shape shape = Shape.of(first.shape().columns(), rows * parts.size(), matrices);
    return new Tensor(name, first.type(), shape, new GatheredRows(gather, rowBytes, shape.rows()));
  }

  /// Computes a row of a tensor.
  public interface RowSource {
    /// Fills `target` with the bytes of a whole row. Called by threads at the same time.
    void read(long row, MemorySegment target);
  }

  /// Rows that are computed when they are read.
  public static Tensor computed(String name, TensorType type, Shape shape, RowSource rows) {
    ComputedBytes.Source source =
        new ComputedBytes.Source() {
          @Override
          public void read(long row, MemorySegment target) {
            rows.read(row, target);
          }

          @Override
          public long atOnce(long row) {
            return 1;
          }
        };
    long rowBytes = type.byteSize(shape.columns());
    return new Tensor(name, type, shape, new ComputedBytes(source, rowBytes, shape.rows()));
  }

  /// Matrices of one shape, one after another.
  ///
  /// @param type one without blocks
  /// @param rows of each matrix
  public record Stack(TensorType type, long matrices, long rows, long columns) {
    int elementBytes() {
      return (int) type.byteSize(1);
    }
  }

  /// Some columns of each matrix of a stack as the rows of another: (rows × count × matrices).
  ///
  /// @param content of the stack
  /// @param first of the columns
  public static Tensor transposed(
      String name, StoredBytes content, Stack stack, long first, long count) {
    Shape shape = Shape.of(stack.rows(), count, stack.matrices());
    TransposedRows.Columns columns = new TransposedRows.Columns(first, count);
    TransposedRows rows = new TransposedRows(content, stack, columns);
    return new Tensor(
        name, stack.type(), shape, new ComputedBytes(rows, rows.rowBytes(), shape.rows()));
  }

  private static void readAcross(List<Tensor> parts, long row, long from, MemorySegment target) {
    long start = 0;
    for (Tensor part : parts) {
      long rowBytes = part.rowBytes();
      long begin = Math.max(from, start);
      long end = Math.min(from + target.byteSize(), start + rowBytes);
      if (begin < end) {
        part.content()
            .read(row * rowBytes + begin - start, target.asSlice(begin - from, end - begin));
      }
      start += rowBytes;
    }
  }

  private static void requireNoScales(Tensor tensor) {
    if (tensor.scales().isPresent()) {
      throw new IllegalArgumentException(
          "tensor %s: numbers with scales beside them have one shape".formatted(tensor.name()));
    }
  }

  private static void requireSameType(String name, Tensor first, Tensor other) {
    requireNoScales(first);
    requireNoScales(other);
    if (first.type() != other.type()) {
      throw new IllegalArgumentException(
          "tensor %s: its parts must be of one type, found %s and %s"
              .formatted(name, first.type(), other.type()));
    }
  }

  private static IllegalArgumentException differing(
      String name, String what, Tensor first, Tensor other) {
    return new IllegalArgumentException(
        "tensor %s: its parts must have the same %s, found %s and %s"
            .formatted(name, what, first.shape(), other.shape()));
  }
}
