package puna.x64.product;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.PackedScales;
import puna.backend.cpu.RowRange;
import puna.backend.cpu.WorkerScratch;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// Columns of a row group side by side, one code of 8 bits a row. The scales stay beside them, as
/// few as they are, and are spread over the lanes while a group is multiplied.
public final class CodePacking implements Packing {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LINE = 64;
  private static final int EIGHT = 8; // rows or columns a word

  private final int lanes;
  private final float unit; // of the numbers that the product makes of codes
  private final float[] values = new float[256]; // by code

  /// @param type F8_E4M3, F8_E5M2 or I8
  public CodePacking(TensorType type, int lanes) {
    this.lanes = lanes;
    this.unit = type == TensorType.F8_E4M3 ? 0x1p8f : 1;
    byte[] codes = new byte[values.length];
    for (int code = 0; code < codes.length; code++) {
      codes[code] = (byte) code;
    }
    BlockFormats.of(type)
        .orElseThrow()
        .decode(MemorySegment.ofArray(codes), 0, values, 0, values.length);
  }

  @Override
  public long groupBytes(int columns) {
    return Math.ceilDiv((long) columns * lanes, LINE) * LINE; // groups begin at lines
  }

  @Override
  public void pack(MemorySegment rows, PackedMatrix packed, RowRange range) {
    MemorySegment target = packed.data();
    int columns = packed.columns();
    int row = range.first();
    for (; row + EIGHT <= range.end(); row += EIGHT) {
      long from = (long) (row - range.first()) * columns;
      packEight(rows.asSlice(from, (long) EIGHT * columns), columns, target, at(row, columns));
    }
    for (; row < range.end(); row++) {
      long from = (long) (row - range.first()) * columns;
      packFrom(0, rows.asSlice(from, columns), target, at(row, columns));
    }
  }

  /// Eight rows, which fill whole words of a group's columns.
  private void packEight(MemorySegment rows, int columns, MemorySegment target, long to) {
    long[] words = new long[EIGHT];
    int column = 0;
    for (; column + EIGHT <= columns; column += EIGHT) {
      for (int i = 0; i < EIGHT; i++) {
        words[i] = rows.get(LONG, (long) i * columns + column);
      }
      transpose(words);
      for (int i = 0; i < EIGHT; i++) {
        target.set(LONG, to + (long) (column + i) * lanes, words[i]);
      }
    }
    for (int i = 0; i < EIGHT; i++) {
      packFrom(column, rows.asSlice((long) i * columns, columns), target, to + i);
    }
  }

  /// The columns of a row from `first` on.
  private void packFrom(int first, MemorySegment row, MemorySegment target, long to) {
    for (int column = first; column < row.byteSize(); column++) {
      target.set(BYTE, to + (long) column * lanes, row.get(BYTE, column));
    }
  }

  /// Byte j of word i becomes byte i of word j: halves, quarters and bytes change places.
  private static void transpose(long[] words) {
    swap(words, 4, 0x0000_0000_FFFF_FFFFL);
    swap(words, 2, 0x0000_FFFF_0000_FFFFL);
    swap(words, 1, 0x00FF_00FF_00FF_00FFL);
  }

  private static void swap(long[] words, int distance, long low) {
    int bits = Byte.SIZE * distance;
    for (int i = 0; i < EIGHT; i++) {
      if ((i & distance) == 0) {
        long changed = (words[i] >>> bits ^ words[i + distance]) & low;
        words[i] ^= changed << bits;
        words[i + distance] ^= changed;
      }
    }
  }

  private long at(int row, int columns) {
    return row / lanes * groupBytes(columns) + row % lanes;
  }

  @Override
  public void decodeRow(PackedMatrix packed, int row, MemorySegment out, long at) {
    long from = at(row, packed.columns());
    for (int column = 0; column < packed.columns(); column++) {
      int code = packed.data().get(BYTE, from + (long) column * lanes) & 0xFF;
      float value = values[code];
      if (packed.scales().isPresent()) {
        PackedScales scales = packed.scales().get();
        value *= scales.at(row, (int) (column / scales.blockColumns()));
      }
      out.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * column, value);
    }
  }

  @Override
  public void putArguments(MemorySegment arguments, int columns) {
    ProductArguments.putMatrix(arguments, columns, groupBytes(columns));
  }

  @Override
  public int putScales(PackedMatrix packed, int group, int most, WorkerScratch scratch) {
    if (packed.scales().isEmpty()) {
      MemorySegment ones = scratch.moreBytes((long) Float.BYTES * lanes);
      for (int lane = 0; lane < lanes; lane++) {
        ones.setAtIndex(ValueLayout.JAVA_FLOAT, lane, unit);
      }
      ProductArguments.putScales(scratch.arguments(), packed.columns(), ones.address());
      return most;
    }
    PackedScales scales = packed.scales().get();
    MemorySegment spread = scratch.moreBytes((long) Float.BYTES * lanes * scales.across());
    int first = group * lanes;
    for (int lane = 0; lane < lanes; lane++) {
      int row = Math.min(first + lane, packed.rows() - 1);
      long from = scales.down(row) * scales.across();
      for (int block = 0; block < scales.across(); block++) {
        float scale = scales.values().getAtIndex(ValueLayout.JAVA_FLOAT, from + block) * unit;
        spread.setAtIndex(ValueLayout.JAVA_FLOAT, (long) block * lanes + lane, scale);
      }
    }
    ProductArguments.putScales(scratch.arguments(), scales.blockColumns(), spread.address());
    long sharing = ((scales.down(first) + 1) * scales.blockRows() - first) / lanes;
    return Math.clamp(sharing, 1, most);
  }

  @Override
  public long putPiece(MemorySegment arguments, int columns, int first, int count) {
    ProductArguments.putMatrix(arguments, count, groupBytes(columns));
    return (long) first * lanes;
  }

  @Override
  public String loss() {
    return "";
  }
}
