package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import puna.backend.Projection;

/// The products of one dispatch: activations are prepared once for each layout that the kernels ask
/// for, then all rows of all matrices are one pool of chunks.
final class MatrixDispatch {
  /// Chunks a thread: enough that a slowed core can be relieved of its share.
  private static final int CHUNKS_PER_THREAD = 8;

  private final WorkerPool pool;
  private final MatrixKernel.Width width;
  private final Map<PanelLayout, Panel> panels = new HashMap<>();
  private final Set<PanelLayout> prepared = new HashSet<>();
  private Product[] products = new Product[0];
  private int[] firstChunk = {0};

  private record Product(CpuMatrix matrix, Panel panel, FloatMatrix out, int rowsPerChunk) {}

  MatrixDispatch(WorkerPool pool, MatrixKernel.Width width) {
    this.pool = pool;
    this.width = width;
  }

  void run(FloatMatrix x, Projection[] projections) {
    prepared.clear();
    long rows = 0;
    for (Projection projection : projections) {
      rows += projection.matrix().rows();
    }
    products = new Product[projections.length];
    firstChunk = new int[projections.length + 1];
    for (int i = 0; i < projections.length; i++) {
      products[i] = plan(x, projections[i], rows, i);
    }
    pool.run(firstChunk[projections.length], this::runChunk);
  }

  private Product plan(FloatMatrix x, Projection projection, long allRows, int index) {
    CpuMatrix matrix = (CpuMatrix) projection.matrix();
    FloatMatrix out = (FloatMatrix) projection.out();
    if (matrix.columns() != x.width()) {
      throw new IllegalArgumentException(
          "a matrix of %d columns cannot multiply activations of width %d"
              .formatted(matrix.columns(), x.width()));
    }
    out.resize(x.tokens());
    int group = matrix.kernel().rowGroup();
    long wanted = Math.ceilDiv(allRows, (long) pool.threads() * CHUNKS_PER_THREAD);
    int rowsPerChunk = Math.ceilDiv((int) Math.max(1, wanted), group) * group;
    firstChunk[index + 1] = firstChunk[index] + Math.ceilDiv(matrix.rows(), rowsPerChunk);
    return new Product(
        matrix, panel(matrix.kernel().panelLayout(x.tokens(), width), x), out, rowsPerChunk);
  }

  /// The panel of a layout, prepared once a dispatch.
  private Panel panel(PanelLayout layout, FloatMatrix x) {
    if (!prepared.add(layout)) {
      return Objects.requireNonNull(panels.get(layout));
    }
    Panel panel = layout.reserve(x, panels.get(layout));
    panels.put(layout, panel);
    int pieces = layout.pieces(x);
    if (pieces > 0) {
      pool.run(pieces, (piece, scratch) -> layout.prepare(x, panel, piece));
    }
    return panel;
  }

  private void runChunk(int chunk, WorkerScratch scratch) {
    int index = 0;
    while (chunk >= firstChunk[index + 1]) {
      index++;
    }
    Product product = products[index];
    int first = (chunk - firstChunk[index]) * product.rowsPerChunk();
    int end = Math.min(first + product.rowsPerChunk(), product.matrix().rows());
    RowRange rows = new RowRange(first, end);
    CpuMatrix matrix = product.matrix();
    matrix.kernel().multiply(matrix.packed(), product.panel(), rows, product.out(), scratch);
    MemorySegment bias = matrix.bias();
    if (bias != null) {
      addBias(product.out(), bias, rows);
    }
  }

  private static void addBias(FloatMatrix out, MemorySegment bias, RowRange rows) {
    for (int token = 0; token < out.tokens(); token++) {
      for (int row = rows.first(); row < rows.end(); row++) {
        long at = out.offset(token) + (long) row * Float.BYTES;
        float sum =
            out.data().get(ValueLayout.JAVA_FLOAT, at)
                + bias.getAtIndex(ValueLayout.JAVA_FLOAT, row);
        out.data().set(ValueLayout.JAVA_FLOAT, at, sum);
      }
    }
  }
}
