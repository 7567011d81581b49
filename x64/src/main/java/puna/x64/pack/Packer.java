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

  private static final int NIBBLES = 0x0F0F0F0F;

  private final PackedLayout layout;
  private final TensorType source;
  private final UnitReader reader;
  private final PackedLayout slice; // of one row group
  private final int secondOffset;
  private final int scaleOffset;
  private final int superOffset;
  private final Unit[] units; // that are read together
  private final byte[] row;
  private final byte[] group;
  private final int[] bits; // of the group's units, lane by lane

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
    this.units = Unit.units(reader.together());
    this.row = new byte[Math.toIntExact(source.byteSize(slice.columns()))];
    this.group = new byte[Math.toIntExact(slice.groupBytes())];
    this.bits = new int[layout.type().numbers().hasBit() ? slice.units() * lanes : 0];
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
    int count = columns / PackedLayout.UNIT;
    if (rows.count() < layout.lanes()) {
      Arrays.fill(group, (byte) 0); // missing rows
      Arrays.fill(bits, 0);
    }
    long rowBytes = source.byteSize(layout.columns());
    for (int r = rows.first(); r < rows.end(); r++) {
      long at = r * rowBytes + source.byteSize(column);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, row, 0, bytes);
      for (int u = 0; u < count; u += units.length) {
        reader.read(row, u, units);
        for (int i = 0; i < units.length; i++) {
          putNumbers(units[i], u + i, r - rows.first());
          putScales(units[i], u + i, r - rows.first());
        }
      }
    }
    if (slice.type().numbers().hasBit()) {
      for (int u = 0; u < count; u++) {
        putBits(u);
      }
    }
    copyRuns(packed, rows.first() / layout.lanes(), column / PackedLayout.UNIT, count);
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

  private void putNumbers(Unit unit, int u, int lane) {
    int lanes = slice.lanes();
    Numbers numbers = slice.type().numbers();
    int first = u * slice.firstUnitBytes() + 4 * lane;
    // bounds that the compiler knows, so that it unrolls the loops
    if (numbers.hasNibbles()) {
      for (int i = 0; i < 4; i++) {
        INT.set(group, first + 4 * i * lanes, unit.first[i]);
      }
    } else if (numbers.hasTwoBitsFirst()) {
      putTwo(unit.first, first);
    } else {
      for (int i = 0; i < 8; i++) {
        INT.set(group, first + 4 * i * lanes, unit.first[i]);
      }
    }
    if (numbers.hasBit()) {
      bits[u * lanes + lane] = unit.bits;
    } else if (numbers.hasTwoBitsSecond()) {
      putTwo(unit.second, secondOffset + u * slice.secondUnitBytes() + 4 * lane);
    }
  }

  private void putTwo(int[] words, int at) {
    INT.set(group, at, words[0]);
    INT.set(group, at + 4 * slice.lanes(), words[1]);
  }

  /// The single bits of a unit: four bits a lane and quad, two lanes a byte.
  private void putBits(int u) {
    int lanes = slice.lanes();
    int at = secondOffset + u * slice.secondUnitBytes();
    for (int lane = 0; lane < lanes; lane += 2) {
      int low = bits[u * lanes + lane];
      int high = bits[u * lanes + lane + 1];
      int even = low & NIBBLES | (high & NIBBLES) << 4; // quads 0, 2, 4, 6
      int odd = low >>> 4 & NIBBLES | high & ~NIBBLES;
      for (int quad = 0; quad < 8; quad += 2) {
        group[at + quad * lanes / 2 + lane / 2] = (byte) (even >>> (4 * quad));
        group[at + (quad + 1) * lanes / 2 + lane / 2] = (byte) (odd >>> (4 * quad));
      }
    }
  }

  private void putScales(Unit unit, int u, int lane) {
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
