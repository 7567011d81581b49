package puna.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One request's tokens, blocks and state. The engine's thread owns it, but for `cancel`.
public final class Sequence {
  private static final int[] NO_BLOCKS = {};

  private static final long NEVER = 0; // no time of the clock that is told apart
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 4; // times are compared by difference

  private final Task task;
  private final Terms terms;
  private final int most;
  private final long submitted;
  private final long end;
  private final PromptContent prompt;
  private final @Nullable SharedPrompt shared;
  private int[] tokens;
  private int size;
  private int proposals; // tokens behind the last that are guesses
  private int computed; // positions whose keys and values are in the blocks
  private int[] blocks = NO_BLOCKS; // exactly those held
  private int nearFrom; // the first whose near layers are held
  private int nearEnd; // behind the last of those
  private int chained; // blocks that `chain` covers
  private long chain = BlockPool.ROOT;
  private long arrival;
  private CallerShares.@Nullable Share share;
  private boolean started;
  private @Nullable Acceptance acceptance;
  private boolean gone;
  private volatile boolean cancelled;

  Sequence(PromptContent prompt, Task task) {
    this(prompt, new Growth(prompt.tokens().length, Terms.NONE, 0), task, null);
  }

  /// @param most tokens that it may come to
  /// @param submitted when it was, as the engine's clock counts
  record Growth(int most, Terms terms, long submitted) {}

  /// @param shared the prompt that it shares with other sequences; null where it is alone
  Sequence(PromptContent prompt, Growth growth, Task task, @Nullable SharedPrompt shared) {
    this.prompt = prompt;
    this.size = prompt.tokens().length;
    this.most = Math.max(growth.most(), size);
    this.terms = growth.terms();
    this.submitted = growth.submitted();
    this.tokens = Arrays.copyOf(prompt.tokens(), most);
    this.task = task;
    this.shared = shared;
    this.end = terms.deadline().map(time -> submitted + nanos(time)).orElse(NEVER);
  }

  private static long nanos(Duration time) {
    try {
      return Math.min(time.toNanos(), LONGEST_NANOS);
    } catch (ArithmeticException _) {
      return LONGEST_NANOS;
    }
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

  /// @param account where what it is served is counted
  void arrive(long number, CallerShares.Share account) {
    arrival = number;
    share = account;
  }

  CallerShares.Share share() {
    return requireNonNull(share, "share");
  }

  Terms terms() {
    return terms;
  }

  int rank() {
    return terms.rank();
  }

  /// Tokens that it may come to.
  int most() {
    return most;
  }

  /// The time of its submission, as the engine's clock counts.
  long submitted() {
    return submitted;
  }

  /// Its deadline has passed.
  boolean isLate(long now) {
    return end != NEVER && now - end >= 0;
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

  /// Keeps the first of the proposals.
  void keepProposals(int count) {
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

  /// How often guesses for it come true.
  Acceptance acceptance() {
    Acceptance known = acceptance == null ? new Acceptance() : acceptance;
    acceptance = known;
    return known;
  }

  /// The guesses so far.
  Outcome.Guessed guessed() {
    return acceptance == null ? Outcome.Guessed.NONE : acceptance.guessed();
  }

  /// The engine has forgotten it.
  boolean isGone() {
    return gone;
  }

  void goes() {
    gone = true;
  }

  /// It has no place any more.
  void left() {
    if (shared != null) {
      shared.left(this);
    }
  }

  /// Takes up what the pool still knows of its beginning. At least one token stays to be computed,
  /// and so does every position whose logits are wanted.
  void share(BlockPool pool) {
    int positions = pool.blockPositions();
    int most = Math.min(size - 1, task.firstOutput(this)) / positions;
    int[] found = new int[most];
    int known = 0;
    while (known < most) {
      int block = pool.share(chain, prompt.block(tokens, known * positions, positions));
      if (block == BlockPool.NONE) {
        break;
      }
      found[known++] = block;
      chain = pool.chain(block);
    }
    int count = pool.near().usable(found, known);
    if (count < known) {
      chain = count == 0 ? BlockPool.ROOT : pool.chain(found[count - 1]);
    }
    for (int i = known - 1; i >= count; i--) {
      pool.release(found[i]);
    }
    blocks = Arrays.copyOf(found, count);
    chained = count;
    computed = count * positions;
    nearFrom = Math.min(pool.near().firstRead(computed), count);
    nearEnd = count;
    for (int i = nearFrom; i < nearEnd; i++) {
      boolean _ = pool.near().hold(blocks[i]);
    }
  }

  /// The most near parts that it may still need beside those that it holds.
  ///
  /// @param together positions that one step computes, at most
  int nearToCome(BlockPool pool, int together) {
    return Math.max(0, pool.near().most(most, together) - (nearEnd - nearFrom));
  }

  /// Holds blocks for the first `positions` positions, with near layers, as a step needs them that
  /// computes the last of them; false when the pool has none left.
  boolean reserveWithNear(BlockPool pool, int positions) {
    int wanted = pool.blocksFor(positions);
    if (wanted - nearEnd > pool.near().available() || !reserve(pool, positions)) {
      return false;
    }
    while (nearEnd < wanted) {
      boolean _ = pool.near().acquire(blocks[nearEnd]); // available, as was seen
      nearEnd++;
    }
    return true;
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

  /// `count` more positions are in the blocks: full blocks become known to others, and near layers
  /// that it does not read again are given back.
  void advance(BlockPool pool, int count) {
    computed += count;
    if (shared != null) {
      shared.computed(computed);
    }
    int positions = pool.blockPositions();
    while ((chained + 1) * positions <= computed) {
      chain =
          pool.publish(
              blocks[chained], chain, prompt.block(tokens, chained * positions, positions));
      chained++;
    }
    for (int read = pool.near().firstRead(computed); nearFrom < read; nearFrom++) {
      pool.near().release(blocks[nearFrom]);
    }
  }

  /// Gives all blocks back, the last first, so that the beginning is reusable the longest.
  void release(BlockPool pool) {
    for (int i = blocks.length - 1; i >= 0; i--) {
      if (i >= nearFrom && i < nearEnd) {
        pool.near().release(blocks[i]);
      }
      pool.release(blocks[i]);
    }
    blocks = NO_BLOCKS;
    nearFrom = 0;
    nearEnd = 0;
    chained = 0;
    chain = BlockPool.ROOT;
    computed = 0;
  }
}
