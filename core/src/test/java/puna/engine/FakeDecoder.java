package puna.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.ParallelWork;
import puna.backend.RopeScaling;
import puna.backend.Threads;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// A decoder whose logits are a hash of every token and position that it finds in the sequence's
/// blocks: a wrong block, position or order changes all that follows. Where its cache has near
/// layers, a step that would read what is not there fails.
public final class FakeDecoder implements Decoder {
  public static final int VOCABULARY = 64;

  /// Of a state.
  public static final int WIDTH = 2;

  /// A prompt with this token makes the step fail.
  public static final int FAILING_TOKEN = 62;

  /// The logits after this token are no numbers.
  public static final int NAN_TOKEN = 63;

  /// Never drawn: the three above and the end token get no probability.
  private static final int LAST_DRAWN = 60;

  private static final long STEP_TICKS = 1_000_000;

  private static final long ABSENT = -1;

  private static final ValueLayout.OfLong CELL = ValueLayout.JAVA_LONG_UNALIGNED;

  private final KvShape shape;
  private final int context;
  private final int maxBatch;
  private final long[] cells; // by block and position in it: token and position
  private final long[] nearCells; // the same of near layers; ABSENT where nothing is
  private final List<Integer> batchSizes = new ArrayList<>();
  private final @Nullable Semaphore steps;
  private @Nullable Batch last;
  private boolean closed;
  private boolean leavesSteps;
  private int workers = 1;
  private double mistakes;
  private final AtomicLong ticks = new AtomicLong();
  private final Random random = new Random(1);

  public FakeDecoder(int context, int blocks, int blockPositions, int maxBatch) {
    this(context, new KvShape(1, 1, 2, blocks, blockPositions, KvType.F16), maxBatch, null);
  }

  /// @param steps each step takes a permit; null for none needed
  public FakeDecoder(int context, KvShape shape, int maxBatch, @Nullable Semaphore steps) {
    this.context = context;
    this.shape = shape;
    this.maxBatch = maxBatch;
    this.steps = steps;
    cells = new long[shape.blocks() * shape.blockPositions()];
    nearCells = new long[cells.length];
    Arrays.fill(nearCells, ABSENT);
  }

  /// The tokens that follow a prompt greedily.
  public static int[] greedy(int[] prompt, int count) {
    int[] all = Arrays.copyOf(prompt, prompt.length + count);
    for (int size = prompt.length; size < all.length; size++) {
      float[] logits = logits(Arrays.copyOf(all, size));
      for (int id = 0; id < VOCABULARY; id++) {
        all[size] = logits[id] > logits[all[size]] ? id : all[size];
      }
    }
    return Arrays.copyOfRange(all, prompt.length, all.length);
  }

  /// The logits after these tokens.
  static float[] logits(int[] tokens) {
    float[] logits = new float[VOCABULARY];
    fill(hash(tokens), logits);
    return logits;
  }

  private static long hash(int[] tokens) {
    long hash = 0;
    for (int position = 0; position < tokens.length; position++) {
      hash = mix(hash, cell(tokens[position], position));
    }
    return hash;
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    if (closed) {
      throw new AssertionError("forward after close");
    }
    if (steps != null) {
      steps.acquireUninterruptibly();
    }
    if (leavesSteps && !isWanted.getAsBoolean()) {
      return false;
    }
    check(batch);
    ticks.addAndGet(STEP_TICKS);
    synchronized (batchSizes) {
      batchSizes.add(batch.size());
    }
    for (int at = 0; at < batch.runCount(); at++) {
      Batch.Run run = batch.run(at);
      for (int i = 0; i < run.count(); i++) {
        int position = run.firstPosition() + i;
        if (batch.token(run.start() + i) == FAILING_TOKEN) {
          throw new IllegalStateException("the device is on fire");
        }
        cells[address(run, position)] = cell(batch.token(run.start() + i), position);
        nearCells[address(run, position)] = cells[address(run, position)];
      }
    }
    shape.near().ifPresent(near -> checkNear(batch, near));
    last = batch;
    return true;
  }

  /// Returns when so many steps are done and the next one waits for its permit.
  public void awaitStep(int done) {
    Semaphore permits = Objects.requireNonNull(steps);
    while (batchSizes().size() < done || !permits.hasQueuedThreads()) {
      LockSupport.parkNanos(10_000);
    }
  }

  /// Lets it leave a step, when its permit comes, that is no longer wanted.
  public FakeDecoder leavingSteps() {
    leavesSteps = true;
    return this;
  }

  /// Lets it work on more threads than the engine's.
  public FakeDecoder withWorkers(int threads) {
    workers = threads;
    return this;
  }

  /// A clock that only its steps move, each as far: a token more costs nothing, and no copy does.
  public LongSupplier clock() {
    return ticks::get;
  }

  /// Lets another token be the most likely one, now and then.
  public FakeDecoder mistaken(double share) {
    mistakes = share;
    return this;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public void forEach(int items, ParallelWork work) {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int mine = worker;
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
              work.run(item, mine);
            }
          }));
    }
    threads.forEach(Threads::join);
  }

  private void checkNear(Batch batch, NearLayers near) {
    require(nearBlocks() <= near.blocks(), "near layers of as many blocks as there may be");
    for (int token = 0; token < batch.size(); token++) {
      Batch.Run run = batch.runOf(token);
      int position = batch.position(token);
      for (int seen = near.firstRead(position); seen <= position; seen++) {
        int at = address(run, seen);
        require(nearCells[at] == cells[at], "near layers at " + seen + " for " + position);
      }
    }
  }

  /// How many blocks have their near layers.
  public int nearBlocks() {
    int count = 0;
    for (int block = 0; block < shape.blocks(); block++) {
      int from = firstCell(block);
      count +=
          Arrays.stream(nearCells, from, from + shape.blockPositions())
                  .allMatch(cell -> cell == ABSENT)
              ? 0
              : 1;
    }
    return count;
  }

  @Override
  public void dropNear(int block) {
    int from = firstCell(block);
    Arrays.fill(nearCells, from, from + shape.blockPositions(), ABSENT);
  }

  private void check(Batch batch) {
    int next = 0;
    for (int at = 0; at < batch.runCount(); at++) {
      Batch.Run run = batch.run(at);
      require(run.start() == next && run.count() > 0, "runs cover the tokens");
      for (int i = 0; i < run.count(); i++) {
        require(batch.position(run.start() + i) == run.firstPosition() + i, "positions");
      }
      int positions = run.firstPosition() + run.count();
      require(positions <= context, "the context");
      require(run.blocks().length * shape.blockPositions() >= positions, "room in blocks");
      next += run.count();
    }
    require(next == batch.size() && next > 0 && next <= maxBatch, "batch size");
    require(batch.outputCount() <= maxOutputs(), "outputs");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("a batch breaks its rules: " + what);
    }
  }

  @Override
  public void readLogits(int output, float[] target) {
    Batch batch = Objects.requireNonNull(last);
    int index = batch.output(output);
    fill(hash(batch, index), target);
    if (mistakes > 0 && random.nextDouble() < mistakes) {
      target[1 + random.nextInt(LAST_DRAWN)] = 50;
    }
    if (batch.token(index) == NAN_TOKEN) {
      target[5] = Float.NaN;
    }
  }

  /// The first numbers that the logits after that position would have.
  @Override
  public void readState(int state, float[] target) {
    Batch batch = Objects.requireNonNull(last);
    int index = batch.states().token(state);
    fillState(hash(batch, index), target);
    if (batch.token(index) == NAN_TOKEN) {
      target[0] = Float.NaN;
    }
  }

  /// The state of the last of these tokens.
  public static float[] state(int[] tokens) {
    float[] state = new float[WIDTH];
    fillState(hash(tokens), state);
    return state;
  }

  private static void fillState(long hash, float[] state) {
    float[] logits = new float[VOCABULARY];
    fill(hash, logits);
    System.arraycopy(logits, 1, state, 0, state.length);
  }

  private long hash(Batch batch, int index) {
    Batch.Run run = batch.runOf(index);
    long hash = 0;
    for (int position = 0; position <= batch.position(index); position++) {
      hash = mix(hash, cells[address(run, position)]);
    }
    return hash;
  }

  /// Tokens of each step so far.
  public List<Integer> batchSizes() {
    synchronized (batchSizes) {
      return List.copyOf(batchSizes);
    }
  }

  public boolean isClosed() {
    return closed;
  }

  private int address(Batch.Run run, int position) {
    int block = run.blocks()[position / shape.blockPositions()];
    return block * shape.blockPositions() + position % shape.blockPositions();
  }

  private static long cell(int token, int position) {
    return ((long) position << 32) | token;
  }

  private static long mix(long hash, long cell) {
    return (hash ^ cell) * 0x9E3779B97F4A7C15L + (hash >>> 29) + 1;
  }

  private static void fill(long hash, float[] logits) {
    SplittableRandom random = new SplittableRandom(hash);
    for (int id = 0; id < VOCABULARY; id++) {
      logits[id] = id >= 1 && id <= LAST_DRAWN ? (float) (random.nextDouble() * 8) : -100;
    }
  }

  @Override
  public LlamaConfig config() {
    return new LlamaConfig(
        VOCABULARY,
        context,
        WIDTH,
        1,
        1,
        1,
        2,
        2,
        1e-5f,
        10_000,
        new RopeScaling.None(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public KvShape kvShape() {
    return shape;
  }

  @Override
  public int maxBatch() {
    return maxBatch;
  }

  @Override
  public int maxOutputs() {
    return Math.min(maxBatch, 8);
  }

  /// A block is its cells, eight bytes a position, whatever the shape's type; and then those of the
  /// near layers, where a copy has room for them.
  @Override
  public void readBlock(int block, MemorySegment target) {
    MemorySegment.copy(cells, firstCell(block), target, CELL, 0, shape.blockPositions());
    if (hasNear(target)) {
      long at = 8L * shape.blockPositions();
      MemorySegment.copy(nearCells, firstCell(block), target, CELL, at, shape.blockPositions());
    }
  }

  @Override
  public void writeBlock(int block, MemorySegment source) {
    MemorySegment.copy(source, CELL, 0, cells, firstCell(block), shape.blockPositions());
    if (hasNear(source)) {
      long at = 8L * shape.blockPositions();
      MemorySegment.copy(source, CELL, at, nearCells, firstCell(block), shape.blockPositions());
    }
  }

  private boolean hasNear(MemorySegment copy) {
    return shape.near().isPresent() && copy.byteSize() == shape.bytesPerBlock();
  }

  private int firstCell(int block) {
    return Objects.checkIndex(block, shape.blocks()) * shape.blockPositions();
  }

  @Override
  public void close() {
    closed = true;
  }
}
