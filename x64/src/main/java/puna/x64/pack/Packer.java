package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import puna.backend.cpu.RowRange;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// Lays the rows of a file out for the kernels.
///
/// A row is copied to an array, taken apart there and put together with the others of its row group
/// in a second array, which is copied to the packed matrix: the compiler makes more of arrays than
/// of segments, and the memory on both sides is walked once, in order.
public final class Packer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /// Columns that are packed at a time: whole blocks of every type, and arrays of at most 600 KB.
  private static final int SLICE = 16_384;

  private final PackedLayout layout;
  private final TensorType source;
  private final UnitReader reader;
  private final PackedLayout slice; // of one row group
  private final int secondOffset;
  private final int scaleOffset;
  private final int superOffset;
  private final Unit unit = new Unit();
  private final byte[] row;
  private final byte[] group;

  /// @param layout of the packed matrix
  /// @param source the type of the rows; another than the layout's is requantized
  public Packer(PackedLayout layout, TensorType source) {
    this.layout = layout;
    this.source = source;
    this.reader =
        source.name().equals(layout.type().name())
            ? UnitReader.of(layout.type())
            : new RequantizingReader(BlockFormats.of(source).orElseThrow());
    int lanes = layout.lanes();
    this.slice = new PackedLayout(layout.type(), lanes, lanes, Math.min(layout.columns(), SLICE));
    this.secondOffset = Math.toIntExact(slice.secondOffset());
    this.scaleOffset = Math.toIntExact(slice.scaleOffset());
    this.superOffset = Math.toIntExact(slice.superOffset());
    this.row = new byte[Math.toIntExact(source.byteSize(slice.columns()))];
    this.group = new byte[Math.toIntExact(slice.groupBytes())];
  }

  /// Packs the rows of `range`, whole groups but for the last, from `data`, where the rows of a
  /// matrix follow each other, to `packed`.
  public void pack(MemorySegment data, RowRange range, MemorySegment packed) {
    int lanes = layout.lanes();
    for (int first = range.first(); first < range.end(); first += lanes) {
      RowRange rows = new RowRange(first, Math.min(first + lanes, range.end()));
      for (int column = 0; column < layout.columns(); column += SLICE) {
        packSlice(data, rows, column, packed);
      }
    }
  }

  private void packSlice(MemorySegment data, RowRange rows, int column, MemorySegment packed) {
    int columns = Math.min(slice.columns(), layout.columns() - column);
    int bytes = Math.toIntExact(source.byteSize(columns));
    int units = columns / PackedLayout.UNIT;
    if (rows.end() - rows.first() < layout.lanes()) {
      Arrays.fill(group, (byte) 0); // missing rows
    }
    long rowBytes = source.byteSize(layout.columns());
    for (int r = rows.first(); r < rows.end(); r++) {
      long at = r * rowBytes + source.byteSize(column);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, row, 0, bytes);
      for (int u = 0; u < units; u++) {
        reader.read(row, u, unit);
        putNumbers(u, r - rows.first());
        putScales(u, r - rows.first());
      }
    }
    copyRuns(packed, rows.first() / layout.lanes(), column / PackedLayout.UNIT, units);
  }

  private void copyRuns(MemorySegment packed, int groupNumber, int unit0, int units) {
    long to = groupNumber * layout.groupBytes();
    copyRun(packed, 0, to, new Run(layout.firstUnitBytes(), unit0, units));
    copyRun(
        packed,
        slice.secondOffset(),
        to + layout.secondOffset(),
        new Run(layout.secondUnitBytes(), unit0, units));
    copyRun(
        packed,
        slice.scaleOffset(),
        to + layout.scaleOffset(),
        new Run(layout.scaleUnitBytes(), unit0, units));
    int supers = PackedLayout.UNITS_PER_SUPER;
    copyRun(
        packed,
        slice.superOffset(),
        to + layout.superOffset(),
        new Run(layout.superBytes(), unit0 / supers, units / supers));
  }

  /// @param bytes of each of `count`
  private record Run(int bytes, int first, int count) {}

  private void copyRun(MemorySegment packed, long from, long to, Run run) {
    MemorySegment.copy(
        group,
        Math.toIntExact(from),
        packed,
        ValueLayout.JAVA_BYTE,
        to + (long) run.first() * run.bytes(),
        run.count() * run.bytes());
  }

  private void putNumbers(int u, int lane) {
    int[] quads = unit.quads;
    int lanes = slice.lanes();
    int first = u * slice.firstUnitBytes() + 4 * lane;
    Numbers numbers = slice.type().numbers();
    if (numbers.hasNibbles()) {
      for (int i = 0; i < 4; i++) {
        int pairs = quads[i] & 0x0F0F0F0F | (quads[i + 4] & 0x0F0F0F0F) << 4;
        INT.set(group, first + 4 * i * lanes, pairs);
      }
    } else if (numbers.hasTwoBitsFirst()) {
      putTwoBits(first, 0);
    } else {
      for (int i = 0; i < 8; i++) {
        INT.set(group, first + 4 * i * lanes, quads[i]);
      }
    }
    int second = secondOffset + u * slice.secondUnitBytes();
    if (numbers.hasTwoBitsSecond()) {
      putTwoBits(second + 4 * lane, 4);
    } else if (numbers.hasBit()) {
      putBits(second, lane, numbers.bits() - 1);
    }
  }

  /// Bits `shift` and above of the quads, four quads a vector.
  private void putTwoBits(int at, int shift) {
    for (int i = 0; i < 2; i++) {
      int all = 0;
      for (int f = 0; f < 4; f++) {
        all |= (unit.quads[4 * i + f] >>> shift & 0x03030303) << (2 * f);
      }
      INT.set(group, at + 4 * i * slice.lanes(), all);
    }
  }

  /// Bit `shift` of every byte: four bits a lane and quad, two lanes a byte.
  private void putBits(int second, int lane, int shift) {
    for (int q = 0; q < 8; q++) {
      // the lowest bits of four bytes to four bits
      int four = (unit.quads[q] >>> shift & 0x01010101) * 0x10204080 >>> 28;
      int at = second + q * slice.lanes() / 2 + lane / 2;
      int place = lane % 2 * 4;
      group[at] = (byte) (group[at] & ~(15 << place) | four << place);
    }
  }

  private void putScales(int u, int lane) {
    int lanes = slice.lanes();
    Scales scales = slice.type().scales();
    int at = scaleOffset + u * slice.scaleUnitBytes();
    switch (scales) {
      case HALF -> SHORT.set(group, at + 2 * lane, (short) unit.scale0);
      case HALF_AND_MINIMUM -> {
        SHORT.set(group, at + 2 * lane, (short) unit.scale0);
        SHORT.set(group, at + 2 * (lanes + lane), (short) unit.scale1);
      }
      case EXPONENT, SUPER -> group[at + lane] = (byte) unit.scale0;
      case SUPER_AND_MINIMUM, SUPER_HALVES, SUPER_HALVES_AND_MINIMUM -> {
        group[at + lane] = (byte) unit.scale0;
        group[at + lanes + lane] = (byte) unit.scale1;
      }
    }
    if (scales.isSuper() && u % PackedLayout.UNITS_PER_SUPER == 0) {
      int atSuper = superOffset + u / PackedLayout.UNITS_PER_SUPER * slice.superBytes();
      SHORT.set(group, atSuper + 2 * lane, (short) unit.super0);
      if (scales.hasMinimum()) {
        SHORT.set(group, atSuper + 2 * (lanes + lane), (short) unit.super1);
      }
    }
  }
}
