package puna.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tokens of one step, from any sequences: prefill and decode alike. It is filled anew for each
/// step, so that steps allocate nothing.
public final class Batch {
  private final List<Run> runs = new ArrayList<>(); // those in use first
  private int[] tokens;
  private int[] positions;
  private final Subset wanted = new Subset();
  private final Subset outputs = new Subset();
  private final Subset states = new Subset();
  private int size;
  private int runCount;
  private long edition;

  /// Consecutive tokens of one sequence.
  public static final class Run {
    private int start;
    private int count;
    private int firstPosition;
    private int[] blocks;

    /// `count` tokens from `start` in the batch, at positions `firstPosition…`.
    ///
    /// @param blocks the sequence's KV blocks in order of position; they have room for all its
    ///   positions
    public Run(int start, int count, int firstPosition, int[] blocks) {
      this.start = start;
      this.count = count;
      this.firstPosition = firstPosition;
      this.blocks = blocks;
    }

    /// The run's first token in the batch.
    public int start() {
      return start;
    }

    /// Tokens of the run.
    public int count() {
      return count;
    }

    /// The position of its first token in the sequence, from 0.
    public int firstPosition() {
      return firstPosition;
    }

    /// The sequence's KV blocks in order of position.
    public int[] blocks() {
      return blocks;
    }
  }

  /// Some tokens of a step, ascending.
  public static final class Subset {
    private int[] tokens = new int[1];
    private int count;

    private Subset() {}

    private void add(int token) {
      if (count == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * count);
      }
      tokens[count++] = token;
    }

    private boolean endsWith(int token) {
      return count > 0 && tokens[count - 1] == token;
    }

    public int count() {
      return count;
    }

    /// The index of a token in its batch.
    public int token(int index) {
      return tokens[index];
    }
  }

  /// An empty batch.
  ///
  /// @param tokens that it has room for at first
  public Batch(int tokens) {
    this.tokens = new int[Math.max(1, tokens)];
    this.positions = new int[this.tokens.length];
  }

  /// Forgets all tokens.
  public void clear() {
    size = 0;
    runCount = 0;
    wanted.count = 0;
    outputs.count = 0;
    states.count = 0;
    edition++;
  }

  /// Begins a run of tokens; `addToken` makes it longer.
  ///
  /// @param firstPosition of the run's first token in its sequence
  /// @param blocks the sequence's KV blocks in order of position, read until the step is computed
  public void addRun(int firstPosition, int[] blocks) {
    if (runCount == runs.size()) {
      runs.add(new Run(size, 0, firstPosition, blocks));
    } else {
      Run run = runs.get(runCount);
      run.start = size;
      run.count = 0;
      run.firstPosition = firstPosition;
      run.blocks = blocks;
    }
    runCount++;
  }

  /// Adds the next token to the last run.
  public void addToken(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
      positions = Arrays.copyOf(positions, 2 * size);
    }
    Run run = run(runCount - 1);
    tokens[size] = token;
    positions[size] = run.firstPosition + run.count;
    run.count++;
    size++;
  }

  /// Wants the logits of the last token.
  public void addOutput() {
    addWanted();
    outputs.add(size - 1);
  }

  /// Wants the final hidden state of the last token, beside or instead of its logits.
  public void addState() {
    addWanted();
    states.add(size - 1);
  }

  private void addWanted() {
    if (!wanted.endsWith(size - 1)) {
      wanted.add(size - 1);
    }
  }

  /// Becomes the tokens of `step` of which anything is wanted, in their order and at their
  /// positions.
  public void takeWanted(Batch step) {
    clear();
    int next = -1; // the token that would continue the last run
    int output = 0;
    int state = 0;
    int run = 0;
    for (int i = 0; i < step.wanted.count; i++) {
      int token = step.wanted.tokens[i];
      while (step.run(run).start + step.run(run).count <= token) {
        run++;
      }
      if (token != next || token == step.run(run).start) {
        addRun(step.positions[token], step.run(run).blocks);
      }
      addToken(step.tokens[token]);
      if (output < step.outputs.count && step.outputs.tokens[output] == token) {
        addOutput();
        output++;
      }
      if (state < step.states.count && step.states.tokens[state] == token) {
        addState();
        state++;
      }
      next = token + 1;
    }
  }

  /// Tokens in this step.
  public int size() {
    return size;
  }

  /// The id of a token.
  public int token(int index) {
    return tokens[index];
  }

  /// The position of a token in its sequence, from 0.
  public int position(int index) {
    return positions[index];
  }

  public int runCount() {
    return runCount;
  }

  /// A run; together they cover the tokens in order.
  public Run run(int index) {
    if (index < 0 || index >= runCount) {
      throw new IndexOutOfBoundsException(
          "a batch of %s runs has no run %s".formatted(runCount, index));
    }
    return runs.get(index);
  }

  /// The run that a token is in.
  public Run runOf(int token) {
    int at = 0;
    while (run(at).start + run(at).count <= token) {
      at++;
    }
    return run(at);
  }

  /// The tokens of which logits or a state are wanted.
  public Subset wanted() {
    return wanted;
  }

  /// The tokens whose logits are wanted.
  public Subset outputs() {
    return outputs;
  }

  /// The tokens whose final hidden states are wanted.
  public Subset states() {
    return states;
  }

  public int outputCount() {
    return outputs.count;
  }

  /// The index of a token whose logits are wanted; ascending.
  public int output(int index) {
    return outputs.tokens[index];
  }

  /// Changes with every `clear`: whether what was derived from this batch is still true.
  public long edition() {
    return edition;
  }
}
