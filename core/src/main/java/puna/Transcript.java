package puna;

import static java.util.Objects.requireNonNull;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import puna.AnswerOptions.OnContextFull;
import puna.engine.AnswerListener;
import puna.engine.AnswerToken;
import puna.engine.Ending;
import puna.engine.Engine;
import puna.engine.Outcome;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.error.OverloadedException;
import puna.sample.TokenProbability;

/// All that has come of one answer. The engine writes it, any number of readers read it, all under
/// one lock, so that every view of the answer comes from here and none is ahead of itself.
///
/// Text may leave its token late, at the answer's end: what could have become a stop string or a
/// character, and did not. It belongs to the last token. So a token after which text is held back
/// is told when the next one has come, or none will; text that is out is told at once.
///
/// It knows its `Generation` only weakly: an answer that nobody can read any more is cancelled.
final class Transcript implements AnswerListener {
  /// An answer that was not read for so long gives its place up to one that somebody waits for.
  private static final long UNREAD_NANOS = 1_000_000_000L;

  private final Engine engine;
  private final WeakReference<Generation> reader;
  private final Prompt prompt;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> pieces = new ArrayList<>(); // none is empty
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final List<TokenProbability> promptProbabilities = new ArrayList<>();
  private volatile long lastRead = System.nanoTime();
  private volatile boolean awaited; // by a reader at least
  private volatile PromptProgress progress;
  private int readers; // that wait
  private boolean settled = true; // no more text belongs to the last token
  private @Nullable Outcome outcome;
  private @Nullable Throwable failure;

  /// What the answer goes on with.
  ///
  /// @param tokens how many
  /// @param echo its text, where that is the answer's first piece; else empty
  record Prompt(int tokens, String echo, OnContextFull onContextFull) {}

  /// @param reader of whom only a weak reference is kept
  Transcript(Engine engine, Generation reader, Prompt prompt) {
    this.engine = engine;
    this.reader = new WeakReference<>(reader);
    this.prompt = prompt;
    this.progress = new PromptProgress(prompt.tokens(), 0, 0, 0);
    addPiece(prompt.echo());
  }

  /// The piece of text of that number, or null when the answer has ended before it; waits.
  @Nullable String piece(int number) throws InterruptedException {
    lock.lock();
    try {
      await(() -> number < pieces.size());
      if (number < pieces.size()) {
        return pieces.get(number);
      }
      requireWhole();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// The token of that number, or null when the answer has ended before it; waits.
  @Nullable GeneratedToken token(int number) throws InterruptedException {
    lock.lock();
    try {
      await(() -> number < told());
      if (number < told()) {
        return tokens.get(number);
      }
      requireWhole();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// How it ended; waits. From then on nothing changes.
  Outcome end() throws InterruptedException {
    lock.lock();
    try {
      await(() -> false);
      requireWhole();
      return requireNonNull(outcome);
    } finally {
      lock.unlock();
    }
  }

  boolean hasEnded() {
    lastRead = System.nanoTime(); // whoever asks again and again waits for it
    lock.lock();
    try {
      return isOver();
    } finally {
      lock.unlock();
    }
  }

  /// The text so far.
  String text() {
    lock.lock();
    try {
      return String.join("", pieces);
    } finally {
      lock.unlock();
    }
  }

  /// The tokens that are told so far.
  List<GeneratedToken> tokens() {
    lock.lock();
    try {
      return List.copyOf(tokens.subList(0, told()));
    } finally {
      lock.unlock();
    }
  }

  List<TokenProbability> promptProbabilities() {
    lock.lock();
    try {
      return List.copyOf(promptProbabilities);
    } finally {
      lock.unlock();
    }
  }

  PromptProgress promptProgress() {
    return progress;
  }

  @Override
  public void promptRead(int cached, int read, long nanos) {
    progress = new PromptProgress(prompt.tokens(), cached, read, nanos);
  }

  @Override
  public boolean isRead() {
    return awaited || System.nanoTime() - lastRead < UNREAD_NANOS;
  }

  @Override
  public boolean isWanted() {
    return !reader.refersTo(null);
  }

  @Override
  public void promptProbability(TokenProbability probability) {
    lock.lock();
    try {
      promptProbabilities.add(probability);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void token(AnswerToken token) {
    lock.lock();
    try {
      addPiece(token.text());
      tokens.add(new GeneratedToken(token.id(), token.text(), token.probability()));
      settled = token.isSettled();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(String rest, Outcome end) {
    lock.lock();
    try {
      addPiece(rest);
      if (!rest.isEmpty()) {
        GeneratedToken last = tokens.removeLast();
        tokens.add(new GeneratedToken(last.id(), last.text() + rest, last.probability()));
      }
      outcome = end;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void failed(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void addPiece(String piece) {
    if (!piece.isEmpty()) {
      pieces.add(piece);
    }
  }

  private int told() {
    return settled || isOver() ? tokens.size() : tokens.size() - 1;
  }

  private boolean isOver() {
    return outcome != null || failure != null;
  }

  /// Waits until the condition is true, or the answer has ended; under the lock.
  private void await(BooleanSupplier condition) throws InterruptedException {
    lastRead = System.nanoTime();
    while (!condition.getAsBoolean() && !isOver()) {
      engine.requireOtherThread("wait for an answer");
      awaited = ++readers > 0;
      try {
        changed.await();
      } finally {
        awaited = --readers > 0;
        lastRead = System.nanoTime();
      }
    }
  }

  // Each reader gets an exception of its own, with its own stack.
  private void requireWhole() {
    if (failure instanceof OverloadedException) {
      throw new OverloadedException(String.valueOf(failure.getMessage()));
    }
    if (failure != null) {
      throw new GenerationException("the answer broke off: " + failure.getMessage(), failure);
    }
    if (outcome != null
        && outcome.ending() == Ending.CONTEXT_FULL
        && prompt.onContextFull() == OnContextFull.THROW) {
      throw new ContextFullException(
          "prompt and answer have %s tokens, the context has room for %s"
              .formatted(prompt.tokens() + tokens.size(), engine.context()));
    }
  }
}
