package puna.backend;

import java.util.Set;

/// Layers whose tokens see what is near alone: their chunk, or a window. What lies before is never
/// read again, so that fewer blocks than the cache has need their keys and values.
///
/// @param layers their numbers, at least one
/// @param visibility of all of them
/// @param blocks how many blocks can have their keys and values at a time
public record NearLayers(Set<Integer> layers, Visibility visibility, int blocks) {
  /// Kernels read whole groups of so many positions, and hide what is not seen.
  private static final int READ_TOGETHER = 64;

  public NearLayers {
    layers = Set.copyOf(layers);
    if (layers.isEmpty() || blocks < 1) {
      throw new IllegalArgumentException(
          "there must be a layer and a block, found %s and %s".formatted(layers.size(), blocks));
    }
  }

  /// The same with another number of blocks.
  public NearLayers withBlocks(int count) {
    return new NearLayers(layers, visibility, count);
  }

  /// The first position that is read for a token at `position`, or for a later one.
  public int firstRead(int position) {
    return visibility.first(position) / READ_TOGETHER * READ_TOGETHER;
  }

  /// The most blocks that a sequence needs at a time.
  ///
  /// @param positions that it comes to
  /// @param together positions that one step computes, at most
  /// @param blockPositions of a block
  public int blocksOf(int positions, int together, int blockPositions) {
    long stretch = visibility.span() - 1L + READ_TOGETHER - 1 + together;
    int inTheMidst = READ_TOGETHER % blockPositions == 0 ? 0 : 1; // it may begin there
    long most = Math.ceilDiv(stretch, (long) blockPositions) + inTheMidst;
    return (int) Math.min(Math.ceilDiv(positions, blockPositions), most);
  }
}
