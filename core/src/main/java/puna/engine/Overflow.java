package puna.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import puna.engine.BlockPool.Prefix;
import puna.model.Decoder;

/// Keys and values of known blocks that the cache gave out anew, in memory of their own and of
/// bounded size: the longest unused go first. Found, as in the pool, by what comes before and the
/// block's own content, by value. The engine's thread owns it.
final class Overflow implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Decoder decoder;
  private final long blockBytes;
  private final long farBytes; // of a block without near layers
  private final long most; // blocks
  private final CopyCosts costs;
  private final LongSupplier clock;
  private final Arena arena = Arena.ofShared(); // the decoder may copy on its own threads
  private final Map<Prefix, Kept> blocks = new LinkedHashMap<>(); // the oldest first
  private final Deque<MemorySegment> unused = new ArrayDeque<>();
  private long made;

  /// A block's copy.
  ///
  /// @param memory room for a whole block
  /// @param bytes of the copy, which may lack the near layers
  record Kept(Prefix prefix, MemorySegment memory, long bytes) {
    MemorySegment numbers() {
      return memory.asSlice(0, bytes);
    }
  }

  /// @param bytes the most that it takes
  /// @param clock by which copies are found dear or cheap, in nanoseconds
  Overflow(Decoder decoder, long bytes, CopyCosts costs, LongSupplier clock) {
    this.decoder = decoder;
    this.blockBytes = decoder.kvShape().bytesPerBlock();
    this.farBytes = decoder.kvShape().farBytesPerBlock();
    this.most = bytes / blockBytes;
    this.costs = costs;
    this.clock = clock;
  }

  /// Blocks that it holds.
  int size() {
    return blocks.size();
  }

  /// Copies a block that is about to be given out anew, where that pays and there is memory.
  ///
  /// @param near which blocks have their near layers
  void keep(Prefix prefix, int block, NearParts near) {
    long bytes = near.has(block) ? blockBytes : farBytes;
    if (most == 0 || bytes == 0 || !costs.isKept()) {
      return;
    }
    MemorySegment memory = memory();
    if (memory == null) {
      return;
    }
    long start = clock.getAsLong();
    Kept kept = new Kept(prefix, memory, bytes);
    decoder.readBlock(block, kept.numbers());
    costs.out(clock.getAsLong() - start);
    blocks.put(prefix, kept);
  }

  private @Nullable MemorySegment memory() {
    if (!unused.isEmpty()) {
      return unused.pop();
    }
    if (made < most) {
      try {
        MemorySegment memory = arena.allocate(blockBytes, ALIGNMENT);
        made++;
        return memory;
      } catch (OutOfMemoryError _) {
        return blocks.isEmpty() ? null : oldest(); // it stays as large as it is
      }
    }
    return oldest();
  }

  private MemorySegment oldest() {
    Prefix oldest = blocks.keySet().iterator().next();
    return take(oldest).memory;
  }

  /// Whether the copy has the near layers.
  ///
  /// @param prefix that was found
  boolean hasNear(Prefix prefix) {
    Kept kept = blocks.get(prefix);
    return kept != null && kept.bytes == blockBytes;
  }

  /// Takes a copy out, to be restored.
  ///
  /// @param prefix that was found
  Kept take(Prefix prefix) {
    Kept kept = blocks.remove(prefix);
    if (kept == null) {
      throw new IllegalStateException("what was just found must be there");
    }
    return kept;
  }

  /// The name under which a block is kept that follows the same and has the same content, where it
  /// is to be copied back; null where there is none.
  @Nullable Prefix find(Prefix wanted) {
    Kept kept = blocks.get(wanted);
    return kept == null || !costs.isTakenBack() ? null : kept.prefix;
  }

  /// Copies a block back into the cache, and keeps it no longer.
  ///
  /// @return false when there was no memory for it
  boolean restore(Kept kept, int block) {
    unused.push(kept.memory);
    long start = clock.getAsLong();
    try {
      decoder.writeBlock(block, kept.numbers());
    } catch (OutOfMemoryError _) {
      return false; // the cache could not grow: it is computed, or waits
    }
    costs.back(clock.getAsLong() - start);
    return true;
  }

  /// Keeps a block no longer that is in the cache again.
  ///
  /// @return the name that it was known by; null where it was not kept
  @Nullable Prefix forget(Prefix computed) {
    Kept kept = blocks.remove(computed);
    if (kept == null) {
      return null;
    }
    unused.push(kept.memory);
    return kept.prefix;
  }

  @Override
  public void close() {
    arena.close();
  }
}
