package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.Panel;
import puna.backend.cpu.PanelLayout;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.tensor.Tensor;
import puna.x64.Routine;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedRowDecoder;
import puna.x64.pack.PackedType;
import puna.x64.pack.Packer;

/// Products of a packed matrix with byte planes of activations, up to eight tokens a pass.
final class PackedMatrixKernel implements MatrixKernel {
  private static final long ALIGNMENT = 64;

  /// Weights that stay in the second-level cache from one pass of tokens to the next.
  private static final long PASS_BYTES = 256 << 10;

  private static final int MOST_TOKENS = 8;

  private static final long WEIGHTS = NarrowProduct.ARGUMENTS.offset("weights");
  private static final long GROUP_BYTES = NarrowProduct.ARGUMENTS.offset("groupBytes");
  private static final long GROUPS = NarrowProduct.ARGUMENTS.offset("groups");
  private static final long UNITS = NarrowProduct.ARGUMENTS.offset("units");
  private static final long SECOND_OFFSET = NarrowProduct.ARGUMENTS.offset("secondOffset");
  private static final long SCALE_OFFSET = NarrowProduct.ARGUMENTS.offset("scaleOffset");
  private static final long SUPER_OFFSET = NarrowProduct.ARGUMENTS.offset("superOffset");
  private static final long X = NarrowProduct.ARGUMENTS.offset("x");
  private static final long X_STRIDE = NarrowProduct.ARGUMENTS.offset("xStride");
  private static final long OUT = NarrowProduct.ARGUMENTS.offset("out");
  private static final long OUT_STRIDE = NarrowProduct.ARGUMENTS.offset("outStride");

  private final PackedType type;
  private final int lanes;
  private final PanelLayout planes;
  private final Routine[] narrow; // by the logarithm of the tokens: 1, 2, 4, 8

  /// @param narrow the products of 1, 2, 4 and 8 tokens
  PackedMatrixKernel(PackedType type, int lanes, PanelLayout planes, Routine[] narrow) {
    this.type = type;
    this.lanes = lanes;
    this.planes = planes;
    this.narrow = narrow.clone();
  }

  @Override
  public String name() {
    return "%d rows side by side, byte planes".formatted(lanes);
  }

  @Override
  public PackedMatrix reserve(Tensor tensor, SegmentAllocator memory) {
    int rows = Math.toIntExact(tensor.shape().rows());
    int columns = Math.toIntExact(tensor.shape().columns());
    PackedLayout layout = new PackedLayout(type, lanes, rows, columns);
    return new PackedMatrix(
        tensor.type(), rows, columns, memory.allocate(layout.byteSize(), ALIGNMENT));
  }

  @Override
  public void pack(Tensor tensor, PackedMatrix packed, RowRange range) {
    Packer packer = new Packer(layout(packed));
    long rowBytes = tensor.type().byteSize(packed.columns());
    for (int row = range.first(); row < range.end(); row++) {
      packer.packRow(tensor.data(), rowBytes, row, packed.data());
    }
  }

  private PackedLayout layout(PackedMatrix packed) {
    return new PackedLayout(type, lanes, packed.rows(), packed.columns());
  }

  @Override
  public PanelLayout panelLayout(int tokens, Width width) {
    return planes;
  }

  @Override
  public int rowGroup() {
    return lanes;
  }

  @Override
  public void multiply(
      PackedMatrix matrix, Panel panel, RowRange range, FloatMatrix out, WorkerScratch scratch) {
    PlanesPanel x = (PlanesPanel) panel;
    check(matrix, x, range, out);
    PackedLayout layout = layout(matrix);
    MemorySegment arguments = scratch.arguments();
    putLayout(arguments, layout, x);
    int full = range.end() / lanes; // a last group of fewer rows is done apart
    int step = (int) Math.clamp(PASS_BYTES / layout.groupBytes(), 1, Integer.MAX_VALUE);
    if (x.tokens() <= MOST_TOKENS) {
      step = Integer.MAX_VALUE / 2;
    }
    arguments.set(ValueLayout.JAVA_LONG, OUT_STRIDE, out.offset(1));
    for (int group = range.first() / lanes; group < full; group += step) {
      arguments.set(ValueLayout.JAVA_LONG, GROUPS, Math.min(step, full - group));
      arguments.set(ValueLayout.JAVA_LONG, WEIGHTS, weights(matrix, layout, group));
      passes(x, out.data().address() + (long) group * lanes * Float.BYTES, arguments);
    }
    if (full * lanes < range.end()) {
      arguments.set(ValueLayout.JAVA_LONG, WEIGHTS, weights(matrix, layout, full));
      partialGroup(x, full * lanes, range.end(), out, scratch);
    }
  }

  private static void putLayout(MemorySegment arguments, PackedLayout layout, PlanesPanel x) {
    arguments.set(ValueLayout.JAVA_LONG, GROUP_BYTES, layout.groupBytes());
    arguments.set(ValueLayout.JAVA_LONG, UNITS, layout.units());
    arguments.set(ValueLayout.JAVA_LONG, SECOND_OFFSET, layout.secondOffset());
    arguments.set(ValueLayout.JAVA_LONG, SCALE_OFFSET, layout.scaleOffset());
    arguments.set(ValueLayout.JAVA_LONG, SUPER_OFFSET, layout.superOffset());
    arguments.set(ValueLayout.JAVA_LONG, X_STRIDE, x.tokenBytes());
  }

  private static long weights(PackedMatrix matrix, PackedLayout layout, int group) {
    return matrix.data().address() + group * layout.groupBytes();
  }

  /// All tokens against the row groups that `arguments` names, as many a pass as one product takes.
  private void passes(PlanesPanel x, long out, MemorySegment arguments) {
    long outStride = arguments.get(ValueLayout.JAVA_LONG, OUT_STRIDE);
    int token = 0;
    while (token < x.tokens()) {
      int kind = Math.min(3, 31 - Integer.numberOfLeadingZeros(x.tokens() - token));
      arguments.set(ValueLayout.JAVA_LONG, X, x.data().address() + token * x.tokenBytes());
      arguments.set(ValueLayout.JAVA_LONG, OUT, out + token * outStride);
      narrow[kind].call(arguments);
      token += 1 << kind;
    }
  }

  /// The last rows, which do not fill a group: through scratch, since a kernel writes whole groups.
  private void partialGroup(
      PlanesPanel x, int firstRow, int endRow, FloatMatrix out, WorkerScratch scratch) {
    long stride = (long) lanes * Float.BYTES;
    MemorySegment results = scratch.bytes(x.tokens() * stride);
    MemorySegment arguments = scratch.arguments();
    arguments.set(ValueLayout.JAVA_LONG, GROUPS, 1);
    arguments.set(ValueLayout.JAVA_LONG, OUT_STRIDE, stride);
    passes(x, results.address(), arguments);
    long bytes = (endRow - firstRow) * (long) Float.BYTES;
    for (int token = 0; token < x.tokens(); token++) {
      long at = out.offset(token) + (long) firstRow * Float.BYTES;
      MemorySegment.copy(results, token * stride, out.data(), at, bytes);
    }
  }

  @Override
  public void decodeRow(
      PackedMatrix matrix, int row, FloatMatrix out, int token, WorkerScratch scratch) {
    new PackedRowDecoder(layout(matrix), matrix.data()).decode(row, out.data(), out.offset(token));
  }

  private void check(PackedMatrix matrix, PlanesPanel x, RowRange range, FloatMatrix out) {
    if (x.columns() != matrix.columns()
        || range.first() % lanes != 0
        || range.end() > matrix.rows()
        || range.first() > range.end()
        || (range.end() % lanes != 0 && range.end() != matrix.rows())
        || out.tokens() < x.tokens()
        || out.width() < range.end()) {
      throw new IllegalArgumentException(
          "rows %s of a matrix (%d × %d) do not fit %d tokens of %d columns and results (%d × %d)"
              .formatted(
                  range,
                  matrix.rows(),
                  matrix.columns(),
                  x.tokens(),
                  x.columns(),
                  out.tokens(),
                  out.width()));
    }
  }
}
