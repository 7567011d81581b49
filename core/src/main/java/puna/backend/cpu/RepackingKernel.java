package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.BatchInvariance;
import puna.backend.Projection.Precision;
import puna.tensor.Shape;
import puna.tensor.Tensor;

/// Multiplies by matrices in the file's layout with a kernel that wants another: rows are packed
/// each time they are used, as many as a worker's cache holds. It is slower than a packed matrix
/// and takes no memory but that.
final class RepackingKernel implements MatrixKernel {
  /// The most bytes, as the file has them, that a worker packs at once.
  private static final long STORED_BYTES = 1 << 20;

  /// How many times as many they become at most: types of a bit and a half are packed to 8.
  private static final int LARGEST_GROWTH = 6;

  private final MatrixKernel kernel;

  RepackingKernel(MatrixKernel kernel) {
    this.kernel = kernel;
  }

  /// The most memory that a worker needs for rows of a matrix of so many bytes.
  static long scratchBytes(long matrixBytes) {
    return LARGEST_GROWTH * Math.min(STORED_BYTES, matrixBytes);
  }

  @Override
  public String name() {
    return "file layout, packed each time: " + kernel.name();
  }

  @Override
  public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
    return PackedMatrix.asStored(tensor, memory);
  }

  @Override
  public PanelLayout panelLayout(int tokens, BatchInvariance invariance, Precision precision) {
    return kernel.panelLayout(tokens, invariance, precision);
  }

  @Override
  public int rowGroup() {
    return kernel.rowGroup();
  }

  @Override
  public void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    long groupBytes = rowGroup() * matrix.type().byteSize(matrix.columns());
    int step = (int) Math.max(1, STORED_BYTES / groupBytes) * rowGroup();
    for (int first = range.first(); first < range.end(); first += step) {
      RowRange rows = new RowRange(first, Math.min(first + step, range.end()));
      PackedMatrix packed = packed(matrix, rows, scratch);
      kernel.multiply(packed, panel, new RowRange(0, rows.count()), out.fromColumn(first), scratch);
    }
  }

  @Override
  public void decodeRow(
      PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
    PackedMatrix packed = packed(matrix, new RowRange(row, row + 1), scratch);
    kernel.decodeRow(packed, 0, out, token, scratch);
  }

  /// Some rows as a matrix of their own, valid until the worker's next.
  private PackedMatrix packed(PackedMatrix matrix, RowRange rows, WorkerScratch scratch) {
    long rowBytes = matrix.type().byteSize(matrix.columns());
    MemorySegment stored = matrix.data().asSlice(rows.first() * rowBytes, rows.count() * rowBytes);
    Tensor some =
        new Tensor("rows", matrix.type(), Shape.of(matrix.columns(), rows.count()), stored);
    PackedMatrix packed =
        kernel.reserve(some, (size, alignment) -> scratch.packedRows(size).asSlice(0, size));
    kernel.pack(stored, packed, new RowRange(0, rows.count()));
    return packed;
  }
}
