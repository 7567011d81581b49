package puna.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import puna.backend.KvShape;
import puna.backend.KvType;

/// Fixed-size pieces of KV cache, shared by equal prefixes. It knows numbers only; the memory is
/// the decoder's. One thread: the first that changes it, which is the engine's; others have work
/// done there ([CacheExchange]).
///
/// A block is *free*, *held* by one or more sequences, or *reusable*: held by nobody, but full and
/// published, so that a sequence with the same beginning can take it up again. Reusable blocks are
/// given out anew, the longest unused first, when no free one is left. That happens earlier, when
/// half of the pool is in use and more than a quarter of it is reusable: memory is taken with the
/// first use of a block, and beginnings that nobody asks for again must not fill it.
///
/// A published block is found by its chain: the chain of the block before it and its own content,
/// compared by value, so that a hash collision cannot mix two texts up, nor two images or adapters.
///
/// Where models have near layers, not every block has their keys and values ([NearParts]). Of two
/// blocks with one content, the one that has them is known.
final class BlockPool {
  /// No block: none is left, or none matches.
  static final int NONE = -1;

  /// The chain of the empty prefix.
  static final long ROOT = 0;

  private final int blockPositions;
  private final int[] holders;
  private final int[] free; // a stack
  private int freeCount;
  private final Prefix[] published; // by block; UNPUBLISHED where it is not
  private final Map<Prefix, Integer> blockByPrefix = new HashMap<>();
  private final RecencyList reusable;
  private final NearParts near;
  private final @Nullable Overflow overflow;
  private long lastChain = ROOT;
  private @Nullable Thread owner;

  private static final Prefix UNPUBLISHED = new Prefix(-1, BlockContent.NOTHING, -1);

  /// Every block has all layers.
  BlockPool(int blocks, int blockPositions) {
    this(blocks, blockPositions, null);
  }

  /// The same with a place where known blocks go on.
  BlockPool(int blocks, int blockPositions, @Nullable Overflow overflow) {
    this(new KvShape(1, 1, 1, blocks, blockPositions, KvType.F32), block -> {}, overflow);
  }

  /// @param dropNear is told which block's near layers are gone
  /// @param overflow where known blocks go on that are given out anew; null for nowhere
  BlockPool(KvShape shape, IntConsumer dropNear, @Nullable Overflow overflow) {
    int blocks = shape.blocks();
    this.blockPositions = shape.blockPositions();
    this.near = new NearParts(shape, dropNear);
    this.overflow = overflow;
    holders = new int[blocks];
    free = new int[blocks];
    published = new Prefix[blocks];
    Arrays.fill(published, UNPUBLISHED);
    reusable = new RecencyList(blocks);
    for (int block = blocks - 1; block >= 0; block--) {
      free[freeCount++] = block;
    }
  }

  int blocks() {
    return holders.length;
  }

  int blockPositions() {
    return blockPositions;
  }

  /// The blocks' near layers.
  NearParts near() {
    return near;
  }

  /// Blocks that nobody holds.
  int available() {
    return freeCount + reusable.size();
  }

  /// Blocks that nobody holds, and whose content is known.
  int reusable() {
    return reusable.size();
  }

  /// Blocks whose content is kept beside the cache.
  int overflowed() {
    return overflow == null ? 0 : overflow.size();
  }

  int holders(int block) {
    return holders[block];
  }

  /// Blocks that `positions` positions take.
  int blocksFor(int positions) {
    return Math.ceilDiv(positions, blockPositions);
  }

  /// Holds a block with nothing in it, not even near layers, or `NONE`.
  int acquire() {
    assert isOwned() : "acquired on another thread than the engine's";
    if (isToBeRecycled()) {
      int oldest = reusable.removeOldest();
      Prefix known = published[oldest];
      blockByPrefix.remove(known);
      published[oldest] = UNPUBLISHED;
      if (overflow != null) {
        overflow.keep(known, oldest, near);
      }
      free(oldest);
    }
    if (freeCount == 0) {
      return NONE;
    }
    int block = free[--freeCount];
    holders[block] = 1;
    return block;
  }

  private boolean isOwned() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    return owner == Thread.currentThread();
  }

  private void free(int block) {
    near.drop(block);
    free[freeCount++] = block;
  }

  private boolean isToBeRecycled() {
    int blocks = holders.length;
    boolean fillsUp = blocks - freeCount >= blocks / 2 && reusable.size() > blocks / 4;
    return reusable.size() > 0 && (freeCount == 0 || fillsUp);
  }

  /// Holds the published block that follows `chain` and has that content, or `NONE`.
  int share(long chain, BlockContent content) {
    assert isOwned() : "shared on another thread than the engine's";
    Prefix wanted = new Prefix(chain, content, ROOT);
    Integer block = blockByPrefix.get(wanted);
    if (block == null) {
      return overflow == null ? NONE : restored(overflow, wanted);
    }
    if (holders[block]++ == 0) {
      reusable.remove(block);
    }
    return block;
  }

  /// Holds a block that comes back from where it went on, or `NONE`.
  private int restored(Overflow kept, Prefix wanted) {
    Prefix known = kept.find(wanted);
    if (known == null || available() == 0) {
      return NONE;
    }
    boolean hasNear = kept.hasNear(known);
    if (hasNear && near.available() == 0) {
      return NONE;
    }
    Overflow.Kept copy = kept.take(known); // or acquiring might drive it out
    int block = acquire();
    if (hasNear) {
      boolean _ = near.acquire(block);
    }
    boolean isBack = kept.restore(copy, block);
    if (hasNear) {
      near.release(block);
    }
    if (!isBack) {
      release(block);
      return NONE;
    }
    published[block] = known;
    blockByPrefix.put(known, block);
    return block;
  }

  /// Gives a held block back.
  void release(int block) {
    assert isOwned() : "released on another thread than the engine's";
    if (holders[block] == 0) {
      throw new IllegalStateException("block %s is released, but nobody holds it".formatted(block));
    }
    if (--holders[block] > 0) {
      return;
    }
    if (published[block].equals(UNPUBLISHED)) {
      free(block);
    } else {
      reusable.addNewest(block);
    }
  }

  /// Makes a full block known to sequences that begin alike; returns the chain that it ends. Where
  /// an equal one is known already, that one stays, unless it lacks near layers that this one has,
  /// and its chain goes on.
  long publish(int block, long chain, BlockContent content) {
    assert isOwned() : "published on another thread than the engine's";
    Prefix prefix = new Prefix(chain, content, lastChain + 1);
    Integer known = blockByPrefix.putIfAbsent(prefix, block);
    if (known != null) {
      long end = published[known].end;
      if (near.has(block) && !near.has(known)) {
        replace(known, block);
      }
      return end;
    }
    Prefix before = overflow == null ? null : overflow.forget(prefix);
    if (before != null) {
      published[block] = before; // what follows it is found as it was
      return before.end;
    }
    lastChain++;
    published[block] = prefix;
    return lastChain;
  }

  private void replace(int known, int block) {
    Prefix prefix = published[known];
    blockByPrefix.put(prefix, block);
    published[block] = prefix;
    published[known] = UNPUBLISHED;
    if (holders[known] == 0) {
      reusable.remove(known);
      free(known);
    }
  }

  /// The chain that a published block ends.
  long chain(int block) {
    return published[block].end;
  }

  /// The chain that a published block follows.
  long before(int block) {
    return published[block].before;
  }

  /// What a published block holds.
  BlockContent content(int block) {
    return published[block].content;
  }

  /// All published blocks: those that are held, then the others, the last used first.
  int[] publishedByUse() {
    int[] blocks = new int[blockByPrefix.size()];
    int count = 0;
    for (int block : blockByPrefix.values()) {
      if (holders[block] > 0) {
        blocks[count++] = block;
      }
    }
    for (int block = reusable.newest(); block != NONE; block = reusable.before(block)) {
      blocks[count++] = block;
    }
    return Arrays.copyOf(blocks, count);
  }

  /// A block's place among all sequences: what comes before it, and its content. `end` names the
  /// whole for the block after it and takes no part in comparisons.
  static final class Prefix {
    private final long before;
    private final BlockContent content;
    private final long end;
    private final int hash;

    Prefix(long before, BlockContent content, long end) {
      this.before = before;
      this.content = content;
      this.end = end;
      this.hash = 31 * content.hashCode() + Long.hashCode(before);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Prefix prefix
          && before == prefix.before
          && content.equals(prefix.content);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
