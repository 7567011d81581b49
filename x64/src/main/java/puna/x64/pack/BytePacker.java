package puna.x64.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import puna.tensor.TensorType;

/// Packs types whose numbers are, or become, bytes: `PackedType.Q8_0`.
///
/// The rows of a group are read one by one, then two at a time turned to columns: half as many
/// stores as when every row is put to its lane.
final class BytePacker extends Packer {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// Columns that are packed at a time: rows and group, 17 KB each, stay in the first-level cache.
  private static final int SLICE = 1024;

  private static final long LOW = 0xFFFF_FFFFL;

  private final ByteReader reader;
  private final int lanes;
  private final int scaleOffset;
  private final ByteRow[] rows;
  private final byte[] group;

  BytePacker(PackedLayout layout, TensorType source) {
    super(layout, source, SLICE);
    this.reader = ByteReader.of(source);
    this.lanes = layout.lanes();
    this.scaleOffset = Math.toIntExact(slice().scaleOffset());
    this.rows = new ByteRow[lanes];
    Arrays.setAll(rows, lane -> new ByteRow(slice().units()));
    this.group = group();
  }

  @Override
  void clear() {
    for (ByteRow row : rows) {
      Arrays.fill(row.numbers, 0);
      Arrays.fill(row.steps, (short) 0);
    }
  }

  @Override
  void putRow(byte[] row, int units, int lane) {
    reader.read(row, units, rows[lane]);
  }

  @Override
  void finishGroup(int units) {
    for (int lane = 0; lane < lanes; lane += 2) {
      putNumbers(rows[lane].numbers, rows[lane + 1].numbers, lane, units);
      putSteps(rows[lane].steps, rows[lane + 1].steps, lane, units);
    }
  }

  private void putNumbers(long[] even, long[] odd, int lane, int units) {
    int vector = Integer.BYTES * lanes; // bytes a quad
    int at = Integer.BYTES * lane;
    for (int w = 0; w < ByteRow.WORDS * units; w++) {
      long x = even[w];
      long y = odd[w];
      LONG.set(group, at, x & LOW | y << 32);
      LONG.set(group, at + vector, x >>> 32 | y & ~LOW);
      at += 2 * vector;
    }
  }

  private void putSteps(short[] even, short[] odd, int lane, int units) {
    for (int u = 0; u < units; u++) {
      int both = even[u] & 0xFFFF | odd[u] << 16;
      INT.set(group, scaleOffset + Short.BYTES * (u * lanes + lane), both);
    }
  }
}
