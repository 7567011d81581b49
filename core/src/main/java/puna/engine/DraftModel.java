package puna.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.model.Decoder;
import puna.sample.chain.Candidates;

/// A smaller model of the same vocabulary, which guesses what sequences will say next: its most
/// likely tokens, for all that ask in the same steps.
///
/// It has a cache of its own, and reads what it has not read yet of a sequence before it guesses:
/// of a long prompt a step's worth each time. The engine's thread owns it.
public final class DraftModel implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final double NEWEST = 0.2;

  private final Decoder decoder;
  private final BlockPool pool;
  private final int vocabulary;
  private final Candidates candidates;
  private final Batch batch;
  private final IdentityHashMap<Sequence, Reading> readings = new IdentityHashMap<>();
  private final List<Reading> asking = new ArrayList<>();
  private double guessNanos; // of one step that guesses
  private boolean broken;

  /// @param decoder closed with this
  /// @param vocabulary of the model that it guesses for: it proposes no other tokens
  public DraftModel(Decoder decoder, int vocabulary) {
    KvShape shape = decoder.kvShape();
    this.decoder = decoder;
    this.pool = new BlockPool(shape.blocks(), shape.blockPositions());
    this.vocabulary = Math.min(vocabulary, decoder.config().vocabulary());
    this.candidates = new Candidates(decoder.config().vocabulary());
    this.batch = new Batch(decoder.maxBatch());
  }

  /// What it has read of one sequence.
  private static final class Reading {
    private final Sequence sequence;
    private int[] blocks = {};
    private int computed; // positions, of the sequence's tokens and then of guesses
    private int known; // positions that were the sequence's when they were computed
    private int[] guesses = new int[Acceptance.MOST_GUESSES];
    private int count; // of guesses
    private int wanted;

    Reading(Sequence sequence) {
      this.sequence = sequence;
    }

    /// Forgets guesses that did not come. The last token stays to be computed: its logits are
    /// wanted.
    void catchUp() {
      int came = 0;
      while (came < Math.min(count, sequence.size() - known)
          && sequence.token(known + came) == guesses[came]) {
        came++;
      }
      computed = Math.min(computed, Math.min(known + came, sequence.size() - 1));
      count = 0;
    }

    int token(int position) {
      int size = sequence.size();
      return position < size ? sequence.token(position) : guesses[position - size];
    }

    boolean isDone() {
      return count >= wanted;
    }
  }

  /// How long one guess takes.
  double guessNanos() {
    return guessNanos;
  }

  /// Lets it guess for a sequence with the next `fill`.
  ///
  /// @param wanted tokens, at most `Acceptance.MOST_GUESSES`
  void ask(Sequence sequence, int wanted) {
    if (!broken && asking.size() < decoder.maxOutputs()) {
      Reading reading = readings.computeIfAbsent(sequence, Reading::new);
      reading.wanted = wanted;
      asking.add(reading);
    }
  }

  /// Guesses for all that asked, and proposes it to them.
  void fill() {
    dropGone();
    try {
      for (Reading reading : asking) {
        reading.catchUp();
      }
      while (step()) {}
    } catch (Throwable e) { // answers do not depend on it
      broken = true;
      LOGGER.log(System.Logger.Level.WARNING, "the draft model failed; answers go on without", e);
    }
    for (Reading reading : asking) {
      reading.sequence.propose(reading.guesses, broken ? 0 : reading.count);
    }
    asking.clear();
  }

  /// One step for all that are not done; false when none is left that can be.
  private boolean step() {
    batch.clear();
    boolean guesses = false;
    int tokensLeft = decoder.maxBatch();
    for (Reading reading : asking) {
      if (!reading.isDone()) {
        int target = reading.sequence.size() + reading.count;
        int count = Math.min(target - reading.computed, tokensLeft);
        if (count > 0 && hold(reading, reading.computed + count)) {
          tokensLeft -= count;
          boolean isGuess = add(reading, count, target);
          guesses |= isGuess;
          reading.wanted = isGuess ? reading.wanted : 0; // the rest of a long prompt is for later
        } else {
          reading.wanted = 0;
        }
      }
    }
    if (batch.size() == 0) {
      return false;
    }
    long start = System.nanoTime();
    decoder.forward(batch);
    if (batch.size() == batch.outputCount()) {
      double nanos = System.nanoTime() - start;
      guessNanos = MovingAverage.of(guessNanos, nanos, NEWEST);
    }
    takeGuesses();
    return guesses;
  }

  /// @return whether its last token's logits are wanted
  private boolean add(Reading reading, int count, int target) {
    batch.addRun(reading.computed, reading.blocks);
    for (int i = 0; i < count; i++) {
      batch.addToken(reading.token(reading.computed + i));
    }
    reading.computed += count;
    reading.known = Math.min(reading.computed, reading.sequence.size());
    if (reading.computed < target) {
      return false;
    }
    batch.addOutput();
    return true;
  }

  /// Those that are not done have their logits in the batch, in this order.
  private void takeGuesses() {
    int output = 0;
    for (Reading reading : asking) {
      if (!reading.isDone()) {
        decoder.readLogits(output++, candidates.logits());
        reading.guesses[reading.count++] = mostLikely(candidates.logits());
      }
    }
  }

  private int mostLikely(float[] logits) {
    int best = 0;
    for (int token = 1; token < vocabulary; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  /// Holds blocks for the first `positions`; false when there are none, and then all are given
  /// back.
  private boolean hold(Reading reading, int positions) {
    int wanted = pool.blocksFor(positions);
    int held = reading.blocks.length;
    if (wanted <= held) {
      return true;
    }
    if (wanted - held > pool.available()) {
      release(reading);
      return false;
    }
    reading.blocks = Arrays.copyOf(reading.blocks, wanted);
    for (int i = held; i < wanted; i++) {
      reading.blocks[i] = pool.acquire();
    }
    return true;
  }

  private void release(Reading reading) {
    for (int block : reading.blocks) {
      pool.release(block);
    }
    reading.blocks = new int[0];
    reading.computed = 0;
    reading.known = 0;
  }

  private void dropGone() {
    Iterator<Reading> all = readings.values().iterator();
    while (all.hasNext()) {
      Reading reading = all.next();
      if (reading.sequence.isGone()) {
        release(reading);
        all.remove();
      }
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
