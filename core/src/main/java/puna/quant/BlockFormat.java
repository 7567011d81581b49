package puna.quant;

import java.lang.foreign.MemorySegment;
import puna.tensor.TensorType;

/// The byte layout of one tensor type, with its reference decode and encode: the oracle of every
/// kernel.
public interface BlockFormat {
  TensorType type();

  /// Decodes `count` consecutive elements, whole blocks, that start at byte `offset` of `blocks`
  /// into `out[at…]`.
  void decode(MemorySegment blocks, long offset, float[] out, int at, int count);

  /// Encodes `count` consecutive elements of `values[at…]`, whole blocks, to byte `offset` of
  /// `blocks`.
  ///
  /// @throws UnsupportedOperationException for formats that need a lattice search (`canEncode` is
  ///   false)
  default void encode(float[] values, int at, int count, MemorySegment blocks, long offset) {
    throw new UnsupportedOperationException(type() + " has no reference encoder");
  }

  default boolean canEncode() {
    return false;
  }
}
