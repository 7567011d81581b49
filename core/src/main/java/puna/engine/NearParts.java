package puna.engine;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;
import puna.backend.KvShape;
import puna.backend.NearLayers;

/// Which blocks have keys and values of the near layers, and how many sequences still read them:
/// fewer than there are blocks. Where every block has those of all layers there is nothing to know,
/// and all is there. It knows numbers only; the memory is the decoder's. One thread.
///
/// A part that no sequence reads any more is *kept*, since one that begins alike may come. Kept
/// ones are dropped, the longest unused first, when there is no other; and earlier, as the pool's
/// blocks are, so that they do not fill the memory: but never so many that one sequence could not
/// go on where it ended.
final class NearParts {
  private static final int ABSENT = -1;

  private final Optional<NearLayers> layers;
  private final int limit; // of parts
  private final int mostKept; // where they fill up
  private final int blockPositions;
  private final IntConsumer drop;
  private final int[] readers; // by block; ABSENT where there is no part
  private final RecencyList kept;
  private int count; // of parts

  /// @param drop is told which block's part is gone
  NearParts(KvShape shape, IntConsumer drop) {
    this.layers = shape.near();
    this.limit = layers.map(NearLayers::blocks).orElse(Integer.MAX_VALUE);
    this.blockPositions = shape.blockPositions();
    this.mostKept = Math.max(limit / 4, most(Integer.MAX_VALUE, 0));
    this.drop = drop;
    readers = new int[layers.isEmpty() ? 0 : shape.blocks()];
    Arrays.fill(readers, ABSENT);
    kept = new RecencyList(readers.length);
  }

  /// Not every block has a part.
  boolean isLimited() {
    return layers.isPresent();
  }

  /// Parts that no sequence reads.
  int available() {
    return limit - count + kept.size();
  }

  /// Whether a block has its part.
  boolean has(int block) {
    return !isLimited() || readers[block] != ABSENT;
  }

  /// Gives a block a part that it does not have, to be read by one sequence.
  ///
  /// @return false when none is available
  boolean acquire(int block) {
    if (!isLimited()) {
      return true;
    }
    if (isToBeRecycled()) {
      drop(kept.oldest());
    }
    if (available() == 0) {
      return false;
    }
    if (has(block)) {
      throw new IllegalStateException("block %s has its near layers already".formatted(block));
    }
    readers[block] = 1;
    count++;
    return true;
  }

  private boolean isToBeRecycled() {
    boolean fillsUp = count >= limit / 2 && kept.size() > mostKept;
    return kept.size() > 0 && (count == limit || fillsUp);
  }

  /// Lets one more sequence read a block's part.
  ///
  /// @return false when it has none
  boolean hold(int block) {
    if (!isLimited()) {
      return true;
    }
    if (!has(block)) {
      return false;
    }
    if (readers[block]++ == 0) {
      kept.remove(block);
    }
    return true;
  }

  /// A sequence reads a block's part no more.
  void release(int block) {
    if (!isLimited()) {
      return;
    }
    if (readers[block] < 1) {
      throw new IllegalStateException(
          "near layers of block %s are released, but nobody holds them".formatted(block));
    }
    if (--readers[block] == 0) {
      kept.addNewest(block);
    }
  }

  /// Forgets the part of a block, if it has one. No sequence reads it.
  void drop(int block) {
    if (!isLimited() || !has(block)) {
      return;
    }
    if (readers[block] > 0) {
      throw new IllegalStateException(
          "near layers of block %s are dropped, but somebody holds them".formatted(block));
    }
    kept.remove(block);
    readers[block] = ABSENT;
    count--;
    drop.accept(block);
  }

  /// The first of a sequence's blocks whose part is read for a token at `position`, or a later one.
  int firstRead(int position) {
    return isLimited() ? layers.get().firstRead(position) / blockPositions : 0;
  }

  /// How many of a sequence's first blocks it can go on behind: all, or fewer where parts that
  /// would be read are missing.
  ///
  /// @param count of `blocks` that are looked at
  int usable(int[] blocks, int count) {
    int from = count; // from here to the end all have their parts
    for (int end = count; end > 0; end--) {
      from = Math.min(from, end);
      while (from > 0 && has(blocks[from - 1])) {
        from--;
      }
      if (from <= firstRead(end * blockPositions)) {
        return end;
      }
    }
    return 0;
  }

  /// The most parts that a sequence needs at a time.
  ///
  /// @param positions that it comes to
  /// @param together positions that one step computes, at most
  int most(int positions, int together) {
    return isLimited() ? layers.get().blocksOf(positions, together, blockPositions) : 0;
  }
}
