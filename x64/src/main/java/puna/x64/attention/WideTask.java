package puna.x64.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import puna.backend.KvShape;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.x64.attention.WideAttention.Columns;
import puna.x64.attention.WideAttention.Heads;
import puna.x64.attention.WideAttention.Vectors;
import puna.x64.attention.WideProducts.Extent;
import puna.x64.attention.WideProducts.Growth;
import puna.x64.attention.WideProducts.Operands;
import puna.x64.attention.WideProducts.Room;
import puna.x64.attention.WideProducts.Soon;
import puna.x64.attention.WideProducts.Sums;

/// One task of wide attention, and its scratch:
///
/// ```
/// keys, values     a tile of positions × headSize each
/// scores           a tile × the widest panel
/// queries, outputs for each panel headSize × its lanes
/// state            for each panel STATE_ROWS × its lanes
/// addresses        of the queries and of the outputs, by lane
/// products         what they want
/// ```
final class WideTask {
  private static final double LOG2_E = 1 / Math.log(2);

  private final WideAttention routines;
  private final AttentionTask task;
  private final KvShape shape;
  private final int headSize;
  private final int group;
  private final int lanes; // those of padding included
  private final int queries;
  private final int vectors;
  private final int vectorBytes;
  private final WideProducts products;
  private final Room room;
  private final MemorySegment arguments;
  private final MemorySegment memory;
  private final long keys;
  private final long values;
  private final long scores;
  private final long queryRows;
  private final long outputRows;
  private final long states;
  private final long addresses; // an offset in memory, as opposed to the others

  WideTask(WideAttention routines, AttentionTask task, WorkerScratch scratch) {
    this.routines = routines;
    this.task = task;
    this.shape = task.keys().shape();
    this.headSize = shape.headSize();
    this.group = task.groupSize();
    this.queries = task.tokenCount() * group;
    this.vectorBytes = routines.width().bytes();
    this.vectors = Math.ceilDiv(queries, routines.width().lanes());
    this.lanes = vectors * routines.width().lanes();
    this.arguments = scratch.arguments();
    this.products = routines.products(headSize);
    long panelBytes = 4L * products.positions() * headSize;
    long scoreBytes =
        (long) products.positions() * ProductEmitter.mostVectors(routines.width()) * vectorBytes;
    long rowBytes = 4L * headSize * lanes;
    long stateBytes = 4L * ColumnEmitters.STATE_ROWS * lanes;
    this.addresses = 2 * panelBytes + scoreBytes + 2 * rowBytes + stateBytes;
    long productsAt = addresses + 16L * lanes;
    this.memory = scratch.bytes(productsAt + products.scratchBytes());
    this.room = new Room(arguments, memory, memory.address() + productsAt, headSize);
    this.keys = memory.address();
    this.values = keys + panelBytes;
    this.scores = values + panelBytes;
    this.queryRows = scores + scoreBytes;
    this.outputRows = queryRows + rowBytes;
    this.states = outputRows + rowBytes;
  }

  void run() {
    fillAddresses();
    fillStates();
    int most = ProductEmitter.mostVectors(routines.width());
    float scale = (float) (LOG2_E / Math.sqrt(headSize));
    for (int panel = 0; panel < vectors; panel += most) {
      routines.gather(arguments, heads(panel, 0, queryRows), scale);
    }
    int first = task.firstVisible(position(0)) / NarrowLayout.GROUP * NarrowLayout.GROUP;
    int end = task.lastVisible(position(queries - 1)) + 1;
    int together = products.positions();
    for (int tile = first; tile < end; tile += together) {
      int count = Math.min(together, end - tile);
      decode(task.keys(), keys, tile, count);
      decode(task.values(), values, tile, count);
      products.arrange(room, values, count);
      int next = Math.min(tile + together, end - 1);
      for (int panel = 0; panel < vectors; panel += most) {
        boolean rescales =
            addScores(panel, tile, count, panel == 0 ? soon(task.keys(), next) : Soon.NOTHING);
        Sums sums = tile == first ? Sums.BEGIN : rescales ? Sums.RESCALE : Sums.RESUME;
        addValues(panel, count, sums, panel == 0 ? soon(task.values(), next) : Soon.NOTHING);
      }
    }
    for (int panel = 0; panel < vectors; panel += most) {
      long sums = state(panel) + (long) ColumnEmitters.SUM * width(panel) * vectorBytes;
      routines.scatter(arguments, heads(panel, 8L * lanes, outputRows), sums);
    }
  }

  /// @return whether earlier outputs are to be multiplied by the queries' factors
  private boolean addScores(int panel, int tile, int count, Soon soon) {
    int width = width(panel);
    Operands operands = new Operands(keys, queryRows + panelBytes(panel), scores);
    products.scores(room, operands, new Extent(width, count), soon);
    Columns columns = new Columns(scores, state(panel), width);
    int lanesBefore = panel * routines.width().lanes();
    int last = lanesBefore + width * routines.width().lanes() - 1;
    if (tile + count - 1 > task.lastVisible(position(lanesBefore))
        || task.firstVisible(position(last)) > tile) {
      routines.hide(arguments, columns, count, tile);
    }
    return routines.softmax(arguments, columns, count);
  }

  private void addValues(int panel, int count, Sums sums, Soon soon) {
    int width = width(panel);
    Operands operands = new Operands(values, scores, outputRows + panelBytes(panel));
    long factors = state(panel) + (long) ColumnEmitters.FACTOR * width * vectorBytes;
    products.mix(room, operands, new Extent(width, count), new Growth(sums, factors), soon);
  }

  /// What the tile at `position` has of its first block.
  private Soon soon(KvSlab slab, int position) {
    int block = task.run().blocks()[position / shape.blockPositions()];
    int inBlock = position % shape.blockPositions();
    int rows = Math.min(products.positions(), shape.blockPositions() - inBlock);
    long from = slab.address(block, task.kvHead(), inBlock, rows);
    return new Soon(from, rows * slab.vectorBytes());
  }

  /// Bytes of the rows before panel `panel`.
  private long panelBytes(int panel) {
    return (long) panel * vectorBytes * headSize;
  }

  /// Vectors of a panel that begins with vector `panel`.
  private int width(int panel) {
    return Math.min(ProductEmitter.mostVectors(routines.width()), vectors - panel);
  }

  private long state(int panel) {
    return states + (long) panel * vectorBytes * ColumnEmitters.STATE_ROWS;
  }

  private Heads heads(int panel, long tableOffset, long rows) {
    long table = memory.address() + addresses + tableOffset + 8L * panel * routines.width().lanes();
    return new Heads(table, rows + panelBytes(panel), width(panel), headSize);
  }

  /// The position of the token of a lane; lanes of padding repeat the last one.
  private int position(int lane) {
    int query = Math.min(lane, queries - 1);
    return task.run().firstPosition() + task.firstToken() + query / group;
  }

  private void fillAddresses() {
    long from = task.queries().data().address();
    long to = task.out().data().address();
    int firstToken = task.run().start() + task.firstToken();
    long rowBytes = task.queries().offset(1);
    long at = task.queries().offset(firstToken) + 4L * task.kvHead() * group * headSize;
    long last = at + (task.tokenCount() - 1) * rowBytes;
    Objects.checkFromIndexSize(last, 4L * group * headSize, task.queries().data().byteSize());
    Objects.checkFromIndexSize(last, 4L * group * headSize, task.out().data().byteSize());
    long table = addresses;
    for (int lane = 0; lane < lanes; lane++) {
      int query = Math.min(lane, queries - 1);
      long offset = at + query / group * rowBytes + 4L * (query % group) * headSize;
      memory.set(ValueLayout.JAVA_LONG, table, from + offset);
      memory.set(ValueLayout.JAVA_LONG, table + 8L * lanes, to + offset);
      table += 8;
    }
  }

  private void fillStates() {
    int most = ProductEmitter.mostVectors(routines.width());
    for (int panel = 0; panel < vectors; panel += most) {
      int width = width(panel) * routines.width().lanes();
      long at = state(panel) - memory.address();
      for (int lane = 0; lane < width; lane++) {
        int position = position(panel * routines.width().lanes() + lane);
        setState(at, ColumnEmitters.MAXIMUM * width + lane, NarrowSoftmax.LOWEST);
        setState(at, ColumnEmitters.SUM * width + lane, 0);
        setState(at, ColumnEmitters.FIRST * width + lane, task.firstVisible(position));
        setState(at, ColumnEmitters.LAST * width + lane, task.lastVisible(position));
      }
    }
  }

  private void setState(long state, int index, float value) {
    memory.set(ValueLayout.JAVA_FLOAT, state + 4L * index, value);
  }

  /// Decodes `count` positions from `first` on, block by block.
  private void decode(KvSlab slab, long to, int first, int count) {
    int done = 0;
    while (done < count) {
      int position = first + done;
      int inBlock = position % shape.blockPositions();
      int rows = Math.min(count - done, shape.blockPositions() - inBlock);
      int block = task.run().blocks()[position / shape.blockPositions()];
      long from = slab.address(block, task.kvHead(), inBlock, rows);
      long at = to + (long) routines.numbers().bytes() * done * headSize;
      Vectors range = new Vectors(slab.type(), headSize, rows, from, at);
      if (slab == task.keys()) {
        routines.decodeKeys(arguments, range);
      } else {
        routines.decodeValues(arguments, range);
      }
      done += rows;
    }
  }
}
