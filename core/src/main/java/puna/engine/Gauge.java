package puna.engine;

/// What an engine has to do, for any thread to look at. The engine's thread writes it at each step.
public final class Gauge {
  private volatile int waiting;
  private volatile long waitingTokens;
  private volatile int running;
  private volatile long runningTokens;
  private volatile int blocksHeld;
  private volatile int blocksReusable;
  private volatile int blocksOverflowed;
  private volatile long stepNanos;
  private volatile long steps;
  private volatile int promptBudget;
  private volatile long putBack;

  Gauge() {}

  void waiting(int requests, long tokens) {
    waiting = requests;
    waitingTokens = tokens;
  }

  void running(int requests, long tokens) {
    running = requests;
    runningTokens = tokens;
  }

  void blocks(int held, int reusable) {
    blocksHeld = held;
    blocksReusable = reusable;
  }

  void overflowed(int blocks) {
    blocksOverflowed = blocks;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void step(long nanos, int budget) {
    steps++;
    stepNanos = nanos;
    promptBudget = budget;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void putBack() {
    putBack++;
  }

  /// Requests that wait for a place.
  public int waiting() {
    return waiting;
  }

  /// Tokens of the prompts that wait.
  public long waitingTokens() {
    return waitingTokens;
  }

  /// Requests that share the steps.
  public int running() {
    return running;
  }

  /// Tokens that they may come to, prompts and answers.
  public long runningTokens() {
    return runningTokens;
  }

  /// Blocks of the KV cache that requests hold.
  public int blocksHeld() {
    return blocksHeld;
  }

  /// Blocks that nobody holds, and whose content is known for later prompts.
  public int blocksReusable() {
    return blocksReusable;
  }

  /// Blocks that the cache gave out anew, and whose content is kept beside it.
  public int blocksOverflowed() {
    return blocksOverflowed;
  }

  /// How long the last step took.
  public long stepNanos() {
    return stepNanos;
  }

  /// How many steps there were.
  public long steps() {
    return steps;
  }

  /// Tokens of prompts that the last step might read.
  public int promptBudget() {
    return promptBudget;
  }

  /// How often a request lost its place to another, and went on later.
  public long timesPutBack() {
    return putBack;
  }
}
