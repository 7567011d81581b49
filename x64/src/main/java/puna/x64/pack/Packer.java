package puna.x64.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.cpu.RowRange;
import puna.tensor.TensorType;

/// Lays the rows of a file out for the kernels.
///
/// A row is copied to an array, taken apart there and put together with the others of its row group
/// in a second array, which is copied to the packed matrix: the compiler makes more of arrays than
/// of segments, and the memory on both sides is walked once, in order.
public abstract class Packer {
  private final PackedLayout layout;
  private final TensorType source;
  private final PackedLayout slice; // of one row group
  private final byte[] row;
  private final byte[] group;

  /// @param columns that are packed at a time: whole blocks of every type
  Packer(PackedLayout layout, TensorType source, int columns) {
    int lanes = layout.lanes();
    this.layout = layout;
    this.source = source;
    this.slice = new PackedLayout(layout.type(), lanes, lanes, Math.min(layout.columns(), columns));
    this.row = new byte[Math.toIntExact(source.byteSize(slice.columns()))];
    this.group = new byte[Math.toIntExact(slice.groupBytes())];
  }

  /// @param layout of the packed matrix
  /// @param source the type of the rows: the layout's, or for `PackedType.Q8_0` one that has no
  ///   packed form of its own
  /// @throws IllegalArgumentException for a source that is not packed to the layout's type
  public static Packer of(PackedLayout layout, TensorType source) {
    if (layout.type() == PackedType.Q8_0) {
      return new BytePacker(layout, source);
    }
    if (!source.name().equals(layout.type().name())) {
      throw new IllegalArgumentException(source + " is not packed as " + layout.type());
    }
    return new UnitPacker(layout, source);
  }

  /// Makes the rows of a group zero that are not put.
  abstract void clear();

  /// Takes `units` units of row `lane` of the group apart.
  abstract void putRow(byte[] row, int units, int lane);

  /// Completes `group()`: the rows of its first `units` units have all been put.
  abstract void finishGroup(int units);

  /// The layout of what is packed at a time: one row group, `group()`.
  final PackedLayout slice() {
    return slice;
  }

  /// One row group as `slice()` lays it out.
  final byte[] group() {
    return group;
  }

  /// Packs the rows of `range`, whole groups but for the last, from `data`, where they alone follow
  /// each other, to `packed`.
  public final void pack(MemorySegment data, RowRange range, MemorySegment packed) {
    int lanes = layout.lanes();
    long groupBytes = lanes * source.byteSize(layout.columns());
    long from = 0;
    for (int first = range.first(); first < range.end(); first += lanes) {
      RowRange rows = new RowRange(first, Math.min(first + lanes, range.end()));
      for (int column = 0; column < layout.columns(); column += slice.columns()) {
        packSlice(data, from, rows, column, packed);
      }
      from += groupBytes;
    }
  }

  /// @param from where the first of `rows` begins in `data`
  private void packSlice(
      MemorySegment data, long from, RowRange rows, int column, MemorySegment packed) {
    int columns = Math.min(slice.columns(), layout.columns() - column);
    int bytes = Math.toIntExact(source.byteSize(columns));
    int units = columns / PackedLayout.UNIT;
    if (rows.count() < layout.lanes()) {
      clear();
    }
    long rowBytes = source.byteSize(layout.columns());
    for (int r = rows.first(); r < rows.end(); r++) {
      long at = from + (r - rows.first()) * rowBytes + source.byteSize(column);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, row, 0, bytes);
      putRow(row, units, r - rows.first());
    }
    finishGroup(units);
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
}
