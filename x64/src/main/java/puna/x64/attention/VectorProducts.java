package puna.x64.attention;

import java.util.List;
import puna.x64.attention.ProductEmitter.Numbers;
import puna.x64.code.Routine;
import puna.x64.row.Lanes;

/// Products in vectors, of float32 or of pairs of bf16.
///
/// @param products by vectors of lanes, from one on
record VectorProducts(Lanes.Width width, Numbers numbers, List<Routine> products)
    implements WideProducts {
  private static final int POSITIONS = 64;

  @Override
  public int positions() {
    return POSITIONS;
  }

  @Override
  public long scratchBytes() {
    return 0;
  }

  @Override
  public void arrange(Room room, long values, int count) {
    // as they are decoded
  }

  @Override
  public void scores(Room room, Operands operands, Extent extent, Soon soon) {
    int rowBytes = numbers.bytes() * room.headSize();
    room.set(ProductEmitter.ROW_STRIDE, rowBytes);
    room.set(ProductEmitter.DEPTH_STRIDE, 4);
    room.set(ProductEmitter.DEPTH, rowBytes / 4);
    room.set(ProductEmitter.FACTOR, 0);
    multiply(room, operands, extent.vectors(), extent.positions(), soon);
  }

  @Override
  public void mix(Room room, Operands operands, Extent extent, Growth growth, Soon soon) {
    room.set(ProductEmitter.ROW_STRIDE, 4);
    room.set(ProductEmitter.DEPTH_STRIDE, 4L * room.headSize());
    room.set(ProductEmitter.DEPTH, Math.ceilDiv(extent.positions() * numbers.bytes(), 4));
    room.set(ProductEmitter.FACTOR, growth.sums() == Sums.BEGIN ? 0 : growth.factors());
    multiply(room, operands, extent.vectors(), room.headSize(), soon);
  }

  private void multiply(Room room, Operands operands, int vectors, int rows, Soon soon) {
    int blocks = Math.ceilDiv(rows, ProductEmitter.rows(width, vectors));
    room.set(ProductEmitter.A, operands.rows());
    room.set(ProductEmitter.B, operands.lanes());
    room.set(ProductEmitter.C, operands.sums());
    room.set(ProductEmitter.ROW_BLOCKS, blocks);
    room.set(ProductEmitter.PREFETCH, soon.from());
    room.set(ProductEmitter.LINES, Math.ceilDiv(soon.bytes(), 64L * blocks));
    products.get(vectors - 1).call(room.arguments());
  }
}
