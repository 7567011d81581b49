package puna.backend.cpu;

/// Cuts the rows of a dispatch's matrices into chunks: small enough that a slowed core can be
/// relieved of its share and that all end together, large enough that taking them costs little.
///
/// @param threads that take chunks
/// @param group rows that are not cut
record ChunkPlan(int threads, int group) {
  /// Chunks a thread, where there is little to do or kernels want many rows together.
  static final int FEWEST = 2;

  /// The same where there is much to do.
  private static final int MOST = 8;

  /// Bytes that are read in the time that pays for taking a chunk.
  private static final long WORTH_A_CHUNK = 64 << 10;

  /// Bytes that could be read while a chunk is taken.
  private static final long COST = 8 << 10;

  /// Rows of a chunk, whole groups.
  ///
  /// @param rows of each matrix
  /// @param bytes of all matrices, times the tokens that they are multiplied by
  int rowsAChunk(int[] rows, long bytes) {
    return rowsAChunk(rows, rows.length, bytes);
  }

  /// The same of the first `count` matrices.
  int rowsAChunk(int[] rows, int count, long bytes) {
    long all = 0;
    for (int i = 0; i < count; i++) {
      all += rows[i];
    }
    int fewest = Math.clamp(bytes / (threads * WORTH_A_CHUNK), FEWEST, MOST);
    long costInRows = COST * all / Math.max(1, bytes);
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int chunks = fewest; chunks <= Math.max(MOST, 2 * fewest); chunks++) {
      int size = wholeGroups(Math.ceilDiv(all, (long) threads * chunks));
      long time = rounds(rows, count, size) * (size + costInRows);
      if (time < least) {
        least = time;
        best = size;
      }
    }
    return best;
  }

  private int wholeGroups(long rows) {
    return Math.ceilDiv((int) Math.max(1, rows), group) * group;
  }

  /// How many chunks the busiest thread takes.
  private long rounds(int[] rows, int count, int size) {
    long chunks = 0;
    for (int i = 0; i < count; i++) {
      chunks += Math.ceilDiv(rows[i], size);
    }
    return Math.ceilDiv(chunks, (long) threads);
  }
}
