package puna.engine;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import puna.backend.KvShape;
import puna.model.Decoder;

/// Takes blocks of an engine's KV cache out, and puts blocks in, while it works: each copy is made
/// between two steps. For any thread but the engine's own.
///
/// Blocks of text alone are exchanged: what images or adapters are part of stays.
public final class CacheExchange {
  private final Engine engine;
  private final BlockPool pool;
  private final Scheduler scheduler;
  private final Decoder decoder;

  CacheExchange(Engine engine, BlockPool pool, Scheduler scheduler, Decoder decoder) {
    this.engine = engine;
    this.pool = pool;
    this.scheduler = scheduler;
    this.decoder = decoder;
  }

  /// The extents of the cache.
  public KvShape shape() {
    return decoder.kvShape();
  }

  /// A known block.
  ///
  /// @param parent the one that it follows, by its place among those that are taken out; -1 for
  ///   none
  /// @param tokens ids of its positions
  /// @param bytes of its keys and values, which may lack the near layers
  public record Known(int parent, int[] tokens, int block, long bytes) {}

  /// Blocks that are on their way out. They stay in the cache until it is closed.
  public final class Outgoing implements AutoCloseable {
    private final List<Known> blocks = new ArrayList<>(); // the engine's thread writes
    private int usable;

    private Outgoing() {}

    /// How many of the blocks of a beginning a prompt can go on behind: fewer than all where near
    /// layers are missing.
    public int usable() {
      return usable;
    }

    /// In an order that has each behind the one that it follows.
    public List<Known> blocks() {
      return blocks;
    }

    /// Copies keys and values.
    ///
    /// @param target has room for exactly `known.bytes()`
    /// @throws IllegalStateException when the engine is closed
    public void read(Known known, MemorySegment target) throws InterruptedException {
      await(() -> {
        decoder.readBlock(known.block(), target);
        return true;
      });
    }

    @Override
    public void close() {
      later(() -> {
        for (int i = blocks.size() - 1; i >= 0; i--) {
          Known known = blocks.get(i);
          if (known.bytes() == shape().bytesPerBlock()) {
            pool.near().release(known.block());
          }
          pool.release(known.block());
        }
        blocks.clear();
        return true;
      });
    }
  }

  /// Blocks that are on their way in: known to all from then on, and reusable once it is closed.
  public final class Incoming implements AutoCloseable {
    private final List<Integer> held = new ArrayList<>(); // the engine's thread owns both
    private long[] chains = new long[16];

    private Incoming() {}

    /// Puts a block in.
    ///
    /// @param parent the one that it follows, by the order of adding; -1 for none
    /// @param tokens ids of its positions
    /// @param source its keys and values, with near layers or without
    /// @return false when the cache has no room left beside what running requests may come to
    /// @throws IllegalStateException when the engine is closed
    public boolean add(int parent, int[] tokens, MemorySegment source) throws InterruptedException {
      return await(() -> put(parent, tokens, source));
    }

    private boolean put(int parent, int[] tokens, MemorySegment source) {
      long before = parent < 0 ? BlockPool.ROOT : chains[parent];
      BlockContent content = new BlockContent(tokens, List.of(), ContentKey.NONE);
      int block = pool.share(before, content);
      if (block != BlockPool.NONE && hasNear(source) && !pool.near().has(block)) {
        pool.release(block); // this one has more
        block = BlockPool.NONE;
      }
      if (block == BlockPool.NONE) {
        block = taken(source);
        if (block == BlockPool.NONE) {
          return false;
        }
        long _ = pool.publish(block, before, content);
      } else if (scheduler.spareBlocks() < 0) {
        pool.release(block); // it came back from the overflow, into what others may come to
        return false;
      }
      int number = held.size();
      held.add(block);
      chains = number < chains.length ? chains : Arrays.copyOf(chains, 2 * number);
      chains[number] = pool.chain(block);
      return true;
    }

    /// Copies it into a block that nobody holds; `NONE` where there is no room.
    private int taken(MemorySegment source) {
      boolean hasNear = hasNear(source);
      if (scheduler.spareBlocks() <= 0 || hasNear && scheduler.spareNear() <= 0) {
        return BlockPool.NONE;
      }
      int block = pool.acquire();
      if (hasNear) {
        boolean _ = pool.near().acquire(block);
      }
      boolean done = false;
      try {
        decoder.writeBlock(block, source);
        done = true;
        return block;
      } finally {
        if (hasNear) {
          pool.near().release(block); // kept, as long as there is room
        }
        if (!done) {
          pool.release(block);
        }
      }
    }

    @Override
    public void close() {
      later(() -> {
        for (int i = held.size() - 1; i >= 0; i--) {
          pool.release(held.get(i));
        }
        held.clear();
        return true;
      });
    }
  }

  /// Whether a copy of a block has the near layers too.
  private boolean hasNear(MemorySegment copy) {
    return !pool.near().isLimited() || copy.byteSize() != shape().farBytesPerBlock();
  }

  /// A block that is held, with its near layers where it has them.
  private Known known(int parent, int[] tokens, int block) {
    long bytes = pool.near().hold(block) ? shape().bytesPerBlock() : shape().farBytesPerBlock();
    return new Known(parent, tokens, block, bytes);
  }

  /// The blocks of the longest beginning of `tokens` that the cache knows.
  ///
  /// @throws IllegalStateException when the engine is closed
  public Outgoing beginning(int[] tokens) throws InterruptedException {
    return outgoing(outgoing -> {
      holdBeginning(tokens, outgoing.blocks);
      int[] all = outgoing.blocks.stream().mapToInt(Known::block).toArray();
      outgoing.usable = pool.near().usable(all, all.length);
    });
  }

  /// The blocks that were used last, each with all that it follows.
  ///
  /// @param most how many, at most
  /// @throws IllegalStateException when the engine is closed
  public Outgoing recent(int most) throws InterruptedException {
    return outgoing(outgoing -> holdRecent(most, outgoing.blocks));
  }

  /// @throws IllegalStateException on the engine's own thread
  public Incoming incoming() {
    engine.requireOtherThread("put blocks into its cache");
    return new Incoming();
  }

  private interface Holding {
    void into(Outgoing outgoing);
  }

  private Outgoing outgoing(Holding holding) throws InterruptedException {
    Outgoing outgoing = new Outgoing();
    boolean done = false;
    try {
      await(() -> {
        holding.into(outgoing);
        return true;
      });
      done = true;
      return outgoing;
    } finally {
      if (!done) {
        outgoing.close(); // it may be under way still: what it holds is given back behind it
      }
    }
  }

  private void holdBeginning(int[] tokens, List<Known> blocks) {
    int positions = pool.blockPositions();
    long chain = BlockPool.ROOT;
    for (int from = 0; from + positions <= tokens.length; from += positions) {
      int[] ids = Arrays.copyOfRange(tokens, from, from + positions);
      int block = pool.share(chain, new BlockContent(ids, List.of(), ContentKey.NONE));
      if (block == BlockPool.NONE) {
        return;
      }
      blocks.add(known(blocks.size() - 1, ids, block));
      chain = pool.chain(block);
    }
  }

  private void holdRecent(int most, List<Known> blocks) {
    int[] published = pool.publishedByUse();
    Map<Long, Integer> byChain = new HashMap<>();
    for (int block : published) {
      byChain.put(pool.chain(block), block);
    }
    Map<Long, Integer> places = new HashMap<>(); // by chain, of those that are held
    places.put(BlockPool.ROOT, -1);
    for (int block : published) {
      List<Integer> missing = missing(block, byChain, places);
      for (int i = missing.size() - 1; i >= 0 && blocks.size() < most; i--) {
        int next = missing.get(i);
        BlockContent content = pool.content(next);
        int parent = places.getOrDefault(pool.before(next), -1);
        int held = pool.share(pool.before(next), content);
        assert held == next : "a published block is found by its content";
        places.put(pool.chain(next), blocks.size());
        blocks.add(known(parent, content.tokens(), next));
      }
    }
  }

  /// A block and what it follows, backwards, as far as it is not held yet; nothing where some of it
  /// is no longer known, or is not of text alone.
  private List<Integer> missing(int block, Map<Long, Integer> byChain, Map<Long, Integer> places) {
    List<Integer> missing = new ArrayList<>();
    Integer next = block;
    while (next != null && !places.containsKey(pool.chain(next))) {
      BlockContent content = pool.content(next);
      if (!content.images().isEmpty() || !content.adapter().equals(ContentKey.NONE)) {
        return List.of();
      }
      missing.add(next);
      if (places.containsKey(pool.before(next))) {
        return missing;
      }
      next = byChain.get(pool.before(next));
    }
    return List.of();
  }

  private <T> T await(Callable<T> job) throws InterruptedException {
    engine.requireOtherThread("wait for its cache");
    try {
      return engine.between(job).get();
    } catch (CancellationException e) {
      throw new IllegalStateException("the engine is closed", e);
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    }
  }

  private static RuntimeException unchecked(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException known) {
      return known;
    }
    return new IllegalStateException("an exchange with the cache broke off: " + cause, cause);
  }

  /// Does it when the engine comes to it; a closed one has nothing to give back.
  private void later(Callable<Boolean> job) {
    try {
      var _ = engine.between(job);
    } catch (IllegalStateException _) {
      // closed, with all its blocks
    }
  }
}
