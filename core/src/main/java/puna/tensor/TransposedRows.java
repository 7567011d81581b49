package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Matrices read the other way round: their columns are rows here, of which many are put together
/// at once.
///
/// @param source the matrices, row by row
/// @param columns which of each matrix's columns are rows here
record TransposedRows(StoredBytes source, TensorViews.Stack stack, Columns columns)
    implements ComputedBytes.Source {

  /// Bytes of a row of a matrix that are worth a call to the system.
  private static final int PIECE_BYTES = 1024;

  /// Rows of a matrix that are turned together, so that whole cache lines are written.
  private static final int INPUTS = 32;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  /// @param first of the columns that are read
  record Columns(long first, long count) {}

  long rowBytes() {
    return stack.rows() * stack.elementBytes();
  }

  /// Those of one matrix.
  @Override
  public long atOnce(long row) {
    return columns.count() - row % columns.count();
  }

  /// Rows here are narrow pieces of the matrix's own rows, each read for itself: of few of them a
  /// file is read in crumbs.
  @Override
  public long together() {
    return Math.clamp(PIECE_BYTES / stack.elementBytes(), 1, columns.count());
  }

  @Override
  public void read(long row, MemorySegment target) {
    int count = Math.toIntExact(target.byteSize() / rowBytes());
    int pieceBytes = count * stack.elementBytes();
    long matrix = row / columns.count();
    long column = columns.first() + row % columns.count();
    byte[] pieces = new byte[INPUTS * pieceBytes];
    byte[] turned = new byte[pieces.length];
    MemorySegment stored = MemorySegment.ofArray(pieces);
    for (long input = 0; input < stack.rows(); input += INPUTS) {
      int inputs = (int) Math.min(INPUTS, stack.rows() - input);
      for (int i = 0; i < inputs; i++) {
        long element = (matrix * stack.rows() + input + i) * stack.columns() + column;
        source.read(
            element * stack.elementBytes(), stored.asSlice((long) i * pieceBytes, pieceBytes));
      }
      turn(pieces, turned, count, inputs);
      int bytes = inputs * stack.elementBytes();
      for (int i = 0; i < count; i++) {
        long at = i * rowBytes() + input * stack.elementBytes();
        MemorySegment.copy(turned, i * bytes, target, ValueLayout.JAVA_BYTE, at, bytes);
      }
    }
  }

  /// Puts pieces of `count` elements, which lie below each other, side by side as columns. The
  /// compiler makes more of arrays than of segments.
  private void turn(byte[] pieces, byte[] turned, int count, int inputs) {
    switch (stack.elementBytes()) {
      case Short.BYTES -> {
        for (int i = 0; i < count; i++) {
          for (int input = 0; input < inputs; input++) {
            short element = (short) SHORTS.get(pieces, (input * count + i) * Short.BYTES);
            SHORTS.set(turned, (i * inputs + input) * Short.BYTES, element);
          }
        }
      }
      case Integer.BYTES -> {
        for (int i = 0; i < count; i++) {
          for (int input = 0; input < inputs; input++) {
            int element = (int) INTS.get(pieces, (input * count + i) * Integer.BYTES);
            INTS.set(turned, (i * inputs + input) * Integer.BYTES, element);
          }
        }
      }
      default -> turnBytes(pieces, turned, count, inputs);
    }
  }

  private void turnBytes(byte[] pieces, byte[] turned, int count, int inputs) {
    int width = stack.elementBytes();
    for (int i = 0; i < count; i++) {
      for (int input = 0; input < inputs; input++) {
        for (int b = 0; b < width; b++) {
          turned[(i * inputs + input) * width + b] = pieces[(input * count + i) * width + b];
        }
      }
    }
  }
}
