package puna.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One request's tokens, blocks and state. The engine's thread owns it, but for `cancel`.
public final class Sequence {
  private static final int[] NO_BLOCKS = {};

  private final Task task;
  private final PromptContent prompt;
  private final @Nullable SharedPrompt shared;
  private int[] tokens;
  private int size;
  private int proposals; // tokens behind the last that are guesses
  private int computed; // positions whose keys and values are in the blocks
  private int[] blocks = NO_BLOCKS; // exactly those held
  private int chained; // blocks that `chain` covers
  private long chain = BlockPool.ROOT;
  private long arrival;
  private boolean started;
  private volatile boolean cancelled;

  Sequence(PromptContent prompt, Task task) {
    this(prompt, prompt.tokens().length, task, null);
  }

  /// @param room tokens that it is expected to grow to
  /// @param shared the prompt that it shares with other sequences; null where it is alone
  Sequence(PromptContent prompt, int room, Task task, @Nullable SharedPrompt shared) {
    this.prompt = prompt;
    this.size = prompt.tokens().length;
    this.tokens = Arrays.copyOf(prompt.tokens(), Math.max(room, size));
    this.task = task;
    this.shared = shared;
  }

  /// Ends the request at the next step, from any thread.
  public void cancel() {
    cancelled = true;
  }

  /// Somebody cancelled it, or nobody is left who could.
  boolean isCancelled() {
    return cancelled || !task.isWanted();
  }

  Task task() {
    return task;
  }

  int size() {
    return size;
  }

  /// A token, or a proposal behind them.
  int token(int position) {
    return tokens[position];
  }

  int computed() {
    return computed;
  }

  /// Tokens that wait to be computed.
  int pending() {
    return size - computed;
  }

  int[] blocks() {
    return blocks;
  }

  long arrival() {
    return arrival;
  }

  void arrive(long number) {
    arrival = number;
  }

  void append(int token) {
    grow(size + 1);
    tokens[size++] = token;
    proposals = 0;
  }

  private void grow(int wanted) {
    if (wanted > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(wanted, 2 * size));
    }
  }

  /// Takes note of tokens that may well come next: a step computes them together with the one that
  /// is pending, and those that are drawn need not be computed again.
  void propose(int[] guesses, int count) {
    grow(size + count);
    System.arraycopy(guesses, 0, tokens, size, count);
    proposals = count;
  }

  /// How many tokens are proposed.
  int proposals() {
    return proposals;
  }

  /// The token that is proposed for a position, or -1 where there is none.
  int proposed(int position) {
    return position >= size && position < size + proposals ? tokens[position] : -1;
  }

  /// Notes that a step works on it.
  void start() {
    if (!started) {
      started = true;
      task.started(this);
    }
  }

  boolean isStarted() {
    return started;
  }

  /// False while another sequence reads the prompt that both begin with.
  boolean isAdmissible() {
    return shared == null || shared.admits(this);
  }

  void admitted() {
    if (shared != null) {
      shared.admitted(this);
    }
  }

  /// The engine forgets it.
  void left() {
    if (shared != null) {
      shared.left(this);
    }
  }

  /// Takes up what the pool still knows of its beginning. At least one token stays to be computed,
  /// and so does every position whose logits are wanted.
  void share(BlockPool pool) {
    int width = pool.blockPositions();
    int most = Math.min(size - 1, task.firstOutput(this)) / width;
    int[] found = new int[most];
    int count = 0;
    while (count < most) {
      int block = pool.share(chain, prompt.block(tokens, count * width, width));
      if (block == BlockPool.NONE) {
        break;
      }
      found[count++] = block;
      chain = pool.chain(block);
    }
    blocks = Arrays.copyOf(found, count);
    chained = count;
    computed = count * width;
  }

  /// Holds blocks for the first `positions` positions; false when the pool has none left.
  boolean reserve(BlockPool pool, int positions) {
    int wanted = pool.blocksFor(positions);
    if (wanted <= blocks.length) {
      return true;
    }
    if (wanted - blocks.length > pool.available()) {
      return false;
    }
    int held = blocks.length;
    blocks = Arrays.copyOf(blocks, wanted);
    for (int i = held; i < wanted; i++) {
      blocks[i] = pool.acquire();
    }
    return true;
  }

  /// `count` more positions are in the blocks: full blocks become known to others.
  void advance(BlockPool pool, int count) {
    computed += count;
    if (shared != null) {
      shared.computed(computed);
    }
    int width = pool.blockPositions();
    while ((chained + 1) * width <= computed) {
      chain = pool.publish(blocks[chained], chain, prompt.block(tokens, chained * width, width));
      chained++;
    }
  }

  /// Gives all blocks back, the last first, so that the beginning is reusable the longest.
  void release(BlockPool pool) {
    for (int i = blocks.length - 1; i >= 0; i--) {
      pool.release(blocks[i]);
    }
    blocks = NO_BLOCKS;
    chained = 0;
    chain = BlockPool.ROOT;
    computed = 0;
  }
}
