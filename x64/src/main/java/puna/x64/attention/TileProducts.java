package puna.x64.attention;

import java.lang.foreign.MemorySegment;
import puna.x64.code.Routine;
import puna.x64.tile.Tiles;

/// Products in tiles of bf16, for heads of whole tiles. Values are decoded to rows of pairs, and
/// transposed behind them, into the half of their room that pairs leave.
record TileProducts(Routine product, Routine transpose) implements WideProducts {
  /// Twice as many as in vectors: what tiles add to is loaded and stored half as often.
  private static final int POSITIONS = 128;

  /// Bytes from value to value of transposed pairs.
  private static final long TRANSPOSED_STRIDE = 2L * POSITIONS;

  private static final int VECTOR = 64;

  private static final long IMAGES = TileMatrixProduct.ARGUMENTS.offset("images");
  private static final long A = TileMatrixProduct.ARGUMENTS.offset("a");
  private static final long A_STRIDE = TileMatrixProduct.ARGUMENTS.offset("aStride");
  private static final long B = TileMatrixProduct.ARGUMENTS.offset("b");
  private static final long C = TileMatrixProduct.ARGUMENTS.offset("c");
  private static final long STRIDE = TileMatrixProduct.ARGUMENTS.offset("stride");
  private static final long ROW_BLOCKS = TileMatrixProduct.ARGUMENTS.offset("rowBlocks");
  private static final long ROWS = TileMatrixProduct.ARGUMENTS.offset("rows");
  private static final long VECTORS = TileMatrixProduct.ARGUMENTS.offset("vectors");
  private static final long UNITS = TileMatrixProduct.ARGUMENTS.offset("units");
  private static final long RESUME = TileMatrixProduct.ARGUMENTS.offset("resume");
  private static final long FACTOR = TileMatrixProduct.ARGUMENTS.offset("factor");
  private static final long PREFETCH = TileMatrixProduct.ARGUMENTS.offset("prefetch");
  private static final long LINES = TileMatrixProduct.ARGUMENTS.offset("lines");
  private static final long FROM = PairTranspose.ARGUMENTS.offset("from");
  private static final long TO = PairTranspose.ARGUMENTS.offset("to");
  private static final long FROM_STRIDE = PairTranspose.ARGUMENTS.offset("fromStride");
  private static final long TO_STRIDE = PairTranspose.ARGUMENTS.offset("toStride");
  private static final long FROM_ROWS = PairTranspose.ARGUMENTS.offset("rows");
  private static final long VALUES = PairTranspose.ARGUMENTS.offset("values");

  static boolean take(int headSize) {
    return headSize % Tiles.DEPTH == 0;
  }

  @Override
  public int positions() {
    return POSITIONS;
  }

  @Override
  public long scratchBytes() {
    return (long) Tiles.COUNT * Tiles.BYTES;
  }

  @Override
  public void arrange(Room room, long values, int count) {
    long rowBytes = 4L * room.headSize();
    clearPairs(room, values, rowBytes, count);
    room.set(FROM, values);
    room.set(TO, transposed(room, values));
    room.set(FROM_STRIDE, rowBytes);
    room.set(TO_STRIDE, TRANSPOSED_STRIDE);
    room.set(FROM_ROWS, Math.ceilDiv(count, Tiles.DEPTH) * Tiles.DEPTH / 8);
    room.set(VALUES, room.headSize() / 4);
    transpose.call(room.arguments());
  }

  private static long transposed(Room room, long values) {
    return values + 2L * POSITIONS * room.headSize();
  }

  @Override
  public void scores(Room room, Operands operands, Extent extent, Soon soon) {
    room.set(A, operands.rows());
    room.set(A_STRIDE, 2L * room.headSize());
    room.set(ROWS, extent.positions());
    room.set(UNITS, room.headSize() / Tiles.DEPTH);
    room.set(RESUME, 0);
    room.set(FACTOR, 0);
    multiply(room, operands, extent.vectors(), extent.positions(), soon);
  }

  @Override
  public void mix(Room room, Operands operands, Extent extent, Growth growth, Soon soon) {
    clearPairs(room, operands.lanes(), (long) extent.vectors() * VECTOR, extent.positions());
    room.set(A, transposed(room, operands.rows()));
    room.set(A_STRIDE, TRANSPOSED_STRIDE);
    room.set(ROWS, room.headSize());
    room.set(UNITS, Math.ceilDiv(extent.positions(), Tiles.DEPTH));
    room.set(RESUME, growth.sums() == Sums.BEGIN ? 0 : 1);
    room.set(FACTOR, growth.sums() == Sums.RESCALE ? growth.factors() : 0);
    multiply(room, operands, extent.vectors(), room.headSize(), soon);
  }

  private void multiply(Room room, Operands operands, int vectors, int rows, Soon soon) {
    room.set(IMAGES, room.scratch());
    room.set(B, operands.lanes());
    room.set(C, operands.sums());
    room.set(STRIDE, (long) vectors * VECTOR);
    room.set(VECTORS, vectors);
    room.set(ROW_BLOCKS, Math.ceilDiv(rows, Tiles.ROWS));
    room.set(PREFETCH, soon.from());
    room.set(LINES, Math.ceilDiv(soon.bytes(), VECTOR));
    product.call(room.arguments());
  }

  /// Makes the pairs of positions zero that are beyond `count`, up to a whole tile.
  private static void clearPairs(Room room, long rows, long rowBytes, int count) {
    if (count % Tiles.DEPTH == 0) {
      return;
    }
    long from = Math.ceilDiv(count, 2) * rowBytes;
    long end = (long) Math.ceilDiv(count, Tiles.DEPTH) * Tiles.ROWS * rowBytes;
    MemorySegment memory = room.memory();
    memory.asSlice(rows - memory.address() + from, end - from).fill((byte) 0);
  }
}
