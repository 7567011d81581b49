package puna.x64.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import puna.backend.KvType;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.WorkerScratch;
import puna.x64.Emitter;
import puna.x64.Routine;
import puna.x64.RoutineLibrary;
import puna.x64.kernel.PanelEmitters.Decode;
import puna.x64.kernel.PanelEmitters.Transpose;
import puna.x64.kernel.ProductEmitter.Numbers;

/// The routines of attention whose lanes are queries: the heads of one group at consecutive tokens,
/// token-major.
///
/// Keys and values of a tile of positions are decoded once for all queries of a task. Then, some
/// vectors of lanes at a time, scores are `keys · queriesᵀ`, softmax runs down the lanes with a
/// running maximum (arXiv 2205.14135), and the output grows by `valuesᵀ · weights`. A query's sums
/// run over its positions in order, whatever other queries are about.
final class WideAttention {
  private final Lanes.Width width;
  private final Numbers numbers;
  private final Routine[] products; // by vectors of lanes
  private final Routine decodeHalves;
  private final Routine decodeFloats;
  private final Routine hide;
  private final Routine softmax;
  private final Routine gather;
  private final Routine scatter;

  WideAttention(RoutineLibrary library, Lanes.Width width, Numbers numbers) {
    this.width = width;
    this.numbers = numbers;
    this.products = new Routine[ProductEmitter.mostVectors(width) + 1];
    for (int vectors = 1; vectors < products.length; vectors++) {
      products[vectors] = library.routine(ProductEmitter.name(numbers, vectors));
    }
    products[0] = products[1];
    this.decodeHalves = library.routine(Decode.name(KeyPieces.HALVES));
    this.decodeFloats = library.routine(Decode.name(KeyPieces.FLOATS));
    this.hide = library.routine("hide");
    this.softmax = library.routine("softmax" + numbers);
    this.gather = library.routine(Transpose.Direction.GATHER.name());
    this.scatter = library.routine(Transpose.Direction.SCATTER.name());
  }

  static List<Emitter> emitters(Lanes.Width width, Numbers numbers) {
    List<Emitter> emitters = new ArrayList<>();
    for (int vectors = 1; vectors <= ProductEmitter.mostVectors(width); vectors++) {
      emitters.add(new ProductEmitter(width, numbers, vectors));
    }
    emitters.add(new Decode(width, KeyPieces.HALVES));
    emitters.add(new Decode(width, KeyPieces.FLOATS));
    emitters.add(new ColumnEmitters.Hide(width));
    emitters.add(new ColumnEmitters.Softmax(width));
    emitters.add(new Transpose(Transpose.Direction.GATHER));
    emitters.add(new Transpose(Transpose.Direction.SCATTER));
    return emitters;
  }

  void attend(AttentionTask task, WorkerScratch scratch) {
    new WideTask(this, task, scratch).run();
  }

  Lanes.Width width() {
    return width;
  }

  Numbers numbers() {
    return numbers;
  }

  /// A product's matrices: addresses, and bytes from row to row and from `k` to `k + 1`.
  record Matrices(long a, long rowStride, long depthStride, long b, long c) {}

  /// @param factor address of what `c` is multiplied by first; 0 for nothing
  void multiply(
      MemorySegment arguments, Matrices matrices, int vectors, Extent extent, long factor) {
    set(arguments, ProductEmitter.A, matrices.a());
    set(arguments, ProductEmitter.ROW_STRIDE, matrices.rowStride());
    set(arguments, ProductEmitter.DEPTH_STRIDE, matrices.depthStride());
    set(arguments, ProductEmitter.B, matrices.b());
    set(arguments, ProductEmitter.C, matrices.c());
    int rows = ProductEmitter.rows(width, vectors);
    set(arguments, ProductEmitter.ROW_BLOCKS, Math.ceilDiv(extent.rows(), rows));
    set(arguments, ProductEmitter.DEPTH, extent.depth());
    set(arguments, ProductEmitter.FACTOR, factor);
    products[vectors].call(arguments);
  }

  /// Rows of the product, and products summed for each.
  record Extent(int rows, int depth) {}

  /// Decodes `rows` vectors of the cache at address `from`.
  void decode(MemorySegment arguments, KvType type, Panel panel, long from, int rows) {
    set(arguments, Decode.FROM, from);
    set(arguments, Decode.TO, panel.address());
    set(arguments, Decode.ROWS, rows);
    set(arguments, Decode.FROM_STRIDE, type.bytes(panel.headSize()));
    set(arguments, Decode.TO_STRIDE, 4L * panel.headSize());
    set(arguments, Decode.PIECES, panel.headSize() / width.lanes());
    (type == KvType.F16 ? decodeHalves : decodeFloats).call(arguments);
  }

  /// Where decoded vectors go.
  record Panel(long address, int headSize) {}

  /// A tile of scores and the state of its queries.
  record Columns(long scores, long state, int vectors) {}

  void hide(MemorySegment arguments, Columns columns, int rows, int position) {
    fill(arguments, columns, rows);
    arguments.set(ValueLayout.JAVA_FLOAT, ColumnEmitters.POSITION, position);
    hide.call(arguments);
  }

  void softmax(MemorySegment arguments, Columns columns, int rows) {
    fill(arguments, columns, rows);
    softmax.call(arguments);
  }

  private void fill(MemorySegment arguments, Columns columns, int rows) {
    set(arguments, ColumnEmitters.SCORES, columns.scores());
    set(arguments, ColumnEmitters.ROW_BYTES, (long) columns.vectors() * width.bytes());
    set(arguments, ColumnEmitters.ROWS, rows);
    set(arguments, ColumnEmitters.STATE, columns.state());
    set(arguments, ColumnEmitters.VECTORS, columns.vectors());
  }

  /// Heads by lane, and rows of lanes.
  ///
  /// @param heads address of a table of addresses
  record Heads(long heads, long rows, int vectors, int headSize) {}

  void gather(MemorySegment arguments, Heads heads, float scale) {
    fill(arguments, heads);
    arguments.set(ValueLayout.JAVA_FLOAT, Transpose.SCALE, scale);
    gather.call(arguments);
  }

  /// @param sums address of a number a lane, by which it is divided
  void scatter(MemorySegment arguments, Heads heads, long sums) {
    fill(arguments, heads);
    set(arguments, Transpose.SUMS, sums);
    scatter.call(arguments);
  }

  private void fill(MemorySegment arguments, Heads heads) {
    set(arguments, Transpose.HEADS, heads.heads());
    set(arguments, Transpose.ROWS, heads.rows());
    set(arguments, Transpose.ROW_BYTES, (long) heads.vectors() * width.bytes());
    set(arguments, Transpose.LANES, heads.vectors() * width.lanes() / 4);
    set(arguments, Transpose.VALUES, heads.headSize() / 4);
  }

  private static void set(MemorySegment arguments, long field, long value) {
    arguments.set(ValueLayout.JAVA_LONG, field, value);
  }
}
