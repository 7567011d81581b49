package puna.x64.product;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.RowRange;

/// The last rows of a matrix where they do not fill a group. A product writes whole groups, so that
/// theirs goes through scratch.
public final class PartialGroup {
  private PartialGroup() {}

  /// Copies the results of the rows that there are.
  ///
  /// @param results of a whole group, token after token
  /// @param stride bytes from one token to the next
  public static void copy(
      MemorySegment results, long stride, FloatMatrix out, RowRange rows, int tokens) {
    long bytes = (long) rows.count() * Float.BYTES;
    for (int token = 0; token < tokens; token++) {
      long at = out.offset(token) + (long) rows.first() * Float.BYTES;
      MemorySegment.copy(results, token * stride, out.data(), at, bytes);
    }
  }
}
