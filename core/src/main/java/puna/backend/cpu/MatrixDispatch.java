package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.backend.BatchInvariance;
import puna.backend.Projection;

/// The products of one dispatch: activations are prepared once for each layout that the kernels ask
/// for, then all rows of all matrices are one pool of chunks.
///
/// What a dispatch works on is kept in fields and reused, so that none allocates once warm.
final class MatrixDispatch implements AutoCloseable {
  private final WorkerPool pool;
  private final BatchInvariance invariance;

  /// Where panels are laid, to be freed with the arena.
  private final Function<Arena, SegmentAllocator> memory;

  private final WorkerPool.Task multiply = this::runChunk;
  private final WorkerPool.Task prepare = this::preparePiece;
  private final List<Prepared> prepared = new ArrayList<>();
  private Projection[] projections = {};
  private Panel[] panels = {};
  private FloatMatrix x = FloatMatrix.none();
  private @Nullable Prepared preparing;
  private int[] firstChunk = {0};
  private int[] rowsOfEach = {};
  private ChunkPlan chunkPlan;
  private long dispatches;

  /// The panel of one layout for activations of one width, and its memory.
  private static final class Prepared {
    private final PanelLayout layout;
    private final int columns;
    private final PanelMemory memory;
    private Panel panel;
    private long dispatch; // that it was prepared for

    Prepared(PanelLayout layout, FloatMatrix x, PanelMemory memory) {
      this.layout = layout;
      this.columns = x.width();
      this.memory = memory;
      this.panel = memory.reserve(layout, x, null);
    }

    void reserve(FloatMatrix x) {
      panel = memory.reserve(layout, x, panel);
    }
  }

  /// @param memory where panels are laid, to be freed with the arena
  MatrixDispatch(
      WorkerPool pool, BatchInvariance invariance, Function<Arena, SegmentAllocator> memory) {
    this.pool = pool;
    this.invariance = invariance;
    this.memory = memory;
    this.chunkPlan = new ChunkPlan(pool.threads(), 1);
  }

  void run(FloatMatrix input, Projection[] products) {
    dispatches++;
    x = input;
    projections = products;
    if (panels.length < products.length) {
      panels = new Panel[products.length];
      firstChunk = new int[products.length + 1];
    }
    long rows = 0;
    for (Projection projection : products) {
      rows += projection.matrix().rows();
    }
    int chunk = rowsAChunk();
    for (int i = 0; i < products.length; i++) {
      plan(i, rows, chunk);
    }
    pool.run(firstChunk[products.length], multiply);
  }

  /// Rows of a chunk of this dispatch: the first matrix remembers them, since it comes with the
  /// same others each time.
  private int rowsAChunk() {
    CpuMatrix first = (CpuMatrix) projections[0].matrix();
    int planned = first.plannedRows(x.tokens());
    return planned > 0 ? planned : planRows(first);
  }

  private int planRows(CpuMatrix first) {
    if (rowsOfEach.length < projections.length) {
      rowsOfEach = new int[projections.length];
    }
    long bytes = 0;
    for (int i = 0; i < projections.length; i++) {
      CpuMatrix matrix = (CpuMatrix) projections[i].matrix();
      rowsOfEach[i] = matrix.rows();
      bytes += matrix.packed().data().byteSize();
    }
    if (chunkPlan.group() != first.kernel().rowGroup()) {
      chunkPlan = new ChunkPlan(pool.threads(), first.kernel().rowGroup());
    }
    int planned = chunkPlan.rowsAChunk(rowsOfEach, projections.length, bytes * x.tokens());
    first.plan(x.tokens(), planned);
    return planned;
  }

  private void plan(int index, long allRows, int chunk) {
    CpuMatrix matrix = (CpuMatrix) projections[index].matrix();
    if (matrix.columns() != x.width()) {
      throw new IllegalArgumentException(
          "a matrix of %s columns cannot multiply activations of width %s"
              .formatted(matrix.columns(), x.width()));
    }
    projections[index].out().resize(x.tokens());
    PanelLayout layout =
        matrix.kernel().panelLayout(x.tokens(), invariance, projections[index].precision());
    long most = Math.ceilDiv(allRows, (long) pool.threads() * ChunkPlan.FEWEST);
    int wanted = (int) Math.max(chunk, Math.min(layout.rowsTogether(), most));
    int group = matrix.kernel().rowGroup();
    int rows = Math.ceilDiv(wanted, group) * group;
    firstChunk[index + 1] = firstChunk[index] + matrix.cut(rows);
    panels[index] = panel(layout);
  }

  /// The panel of a layout, prepared once a dispatch.
  private Panel panel(PanelLayout layout) {
    Prepared found = find(layout);
    if (found.dispatch == dispatches) {
      return found.panel;
    }
    found.dispatch = dispatches;
    found.reserve(x);
    preparing = found;
    int pieces = layout.pieces(x);
    if (pieces > 0) {
      pool.run(pieces, prepare);
    }
    return found.panel;
  }

  @SuppressWarnings("ReferenceEquality") // layouts that are to be shared are the same object
  private Prepared find(PanelLayout layout) {
    for (int i = 0; i < prepared.size(); i++) {
      Prepared candidate = prepared.get(i);
      if (candidate.layout == layout && candidate.columns == x.width()) {
        return candidate;
      }
    }
    Prepared made = new Prepared(layout, x, new PanelMemory(memory));
    prepared.add(made);
    return made;
  }

  /// Gives the panels' memory back. No dispatch may run then or later.
  @Override
  public void close() {
    prepared.forEach(each -> each.memory.close());
    prepared.clear();
  }

  private void preparePiece(int piece, WorkerScratch scratch) {
    Prepared target = preparing;
    if (target != null) {
      target.layout.prepare(x, target.panel, piece);
    }
  }

  private void runChunk(int chunk, WorkerScratch scratch) {
    int index = 0;
    while (chunk >= firstChunk[index + 1]) {
      index++;
    }
    CpuMatrix matrix = (CpuMatrix) projections[index].matrix();
    FloatMatrix out = (FloatMatrix) projections[index].out();
    RowRange rows = matrix.range(chunk - firstChunk[index]);
    matrix.kernel().multiply(matrix.packed(), panels[index], rows, out, scratch);
    if (matrix.scale() != 1) {
      scale(out, matrix.scale(), rows);
    }
    MemorySegment bias = matrix.bias();
    if (bias != null) {
      addBias(out, bias, rows);
    }
  }

  private static void scale(FloatMatrix out, float scale, RowRange rows) {
    for (int token = 0; token < out.tokens(); token++) {
      for (int row = rows.first(); row < rows.end(); row++) {
        long at = out.offset(token) + (long) row * Float.BYTES;
        float product = out.data().get(ValueLayout.JAVA_FLOAT, at) * scale;
        out.data().set(ValueLayout.JAVA_FLOAT, at, product);
      }
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
