package puna.x64.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The two products of wide attention, whose lanes are queries: `scores ← keys · queriesᵀ` and
/// `outputs ← outputs · factors + valuesᵀ · weights`.
sealed interface WideProducts permits VectorProducts, TileProducts {
  /// The most positions of one product: those between two updates of the running maximum.
  int positions();

  /// Bytes that products want of a task's memory.
  long scratchBytes();

  /// Makes decoded values what `mix` takes, in their place, which has room for `positions()` rows
  /// of float32.
  void arrange(Room room, long values, int count);

  /// @param operands keys, queries and scores
  void scores(Room room, Operands operands, Extent extent, Soon soon);

  /// @param operands values, weights and outputs
  void mix(Room room, Operands operands, Extent extent, Growth growth, Soon soon);

  /// What a task has for its products.
  ///
  /// @param memory that all addresses are in
  /// @param scratch address of `scratchBytes()`
  record Room(MemorySegment arguments, MemorySegment memory, long scratch, int headSize) {
    void set(long field, long value) {
      arguments.set(ValueLayout.JAVA_LONG, field, value);
    }
  }

  /// Addresses: of the side that has a row a position, of the side that has a lane a query, and of
  /// what becomes of them.
  record Operands(long rows, long lanes, long sums) {}

  /// @param vectors of lanes
  /// @param positions at most `positions()`
  record Extent(int vectors, int positions) {}

  /// How outputs go on.
  ///
  /// @param factors address of one a lane
  record Growth(Sums sums, long factors) {}

  /// What outputs were before.
  enum Sums {
    /// Nothing.
    BEGIN,
    /// Sums, whose factors are all one.
    RESUME,
    /// Sums, to be multiplied by their factors.
    RESCALE
  }

  /// What is wanted soon, to be brought near while a product runs.
  record Soon(long from, long bytes) {
    static final Soon NOTHING = new Soon(0, 0);
  }
}
