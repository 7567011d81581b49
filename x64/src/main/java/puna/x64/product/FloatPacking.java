package puna.x64.product;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RowRange;
import puna.tensor.TensorType;

/// Columns of a row group side by side, in the type's own bits.
///
/// @param type F32, F16 or BF16
public record FloatPacking(TensorType type, int lanes) implements Packing {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  @Override
  public long groupBytes(int columns) {
    long bytes = (long) columns * lanes * type.blockBytes();
    return Math.ceilDiv(bytes, 64L) * 64; // groups begin at lines
  }

  @Override
  public void pack(MemorySegment rows, PackedMatrix packed, RowRange range) {
    MemorySegment target = packed.data();
    int columns = packed.columns();
    int bytes = type.blockBytes();
    long step = (long) lanes * bytes;
    for (int row = range.first(); row < range.end(); row++) {
      long from = (long) (row - range.first()) * columns * bytes;
      long to = at(row, columns);
      for (int column = 0; column < columns; column++) {
        if (bytes == 2) {
          target.set(SHORT, to + column * step, rows.get(SHORT, from + 2L * column));
        } else {
          target.set(INT, to + column * step, rows.get(INT, from + 4L * column));
        }
      }
    }
  }

  private long at(int row, int columns) {
    return row / lanes * groupBytes(columns) + (long) (row % lanes) * type.blockBytes();
  }

  @Override
  public void decodeRow(PackedMatrix packed, int row, MemorySegment out, long at) {
    MemorySegment data = packed.data();
    long from = at(row, packed.columns());
    long step = (long) lanes * type.blockBytes();
    for (int column = 0; column < packed.columns(); column++) {
      long place = from + column * step;
      float value =
          switch (type) {
            case F16 -> Float.float16ToFloat(data.get(SHORT, place));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, place) << 16);
            default -> Float.intBitsToFloat(data.get(INT, place));
          };
      out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * column, value);
    }
  }

  @Override
  public void putArguments(MemorySegment arguments, int columns) {
    ProductArguments.putMatrix(arguments, columns, groupBytes(columns));
  }

  @Override
  public long putPiece(MemorySegment arguments, int columns, int first, int count) {
    ProductArguments.putMatrix(arguments, count, groupBytes(columns));
    return (long) first * lanes * type.blockBytes();
  }

  @Override
  public String loss() {
    return "";
  }
}
