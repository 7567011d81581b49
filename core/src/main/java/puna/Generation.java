package puna;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import puna.GenerationOptions.OnContextFull;
import puna.engine.AnswerListener;
import puna.engine.Ending;
import puna.engine.Outcome;
import puna.engine.Request;
import puna.engine.Sequence;
import puna.sample.TokenProbability;

/// A running answer: iterate its text, cancel it, ask how it went.
///
/// It runs whether or not anybody reads it, and keeps what came, so that every iterator starts at
/// the beginning and `text()` is always the whole. All methods may be called from any thread. Those
/// that wait throw `GenerationException` when the answer broke off, `ContextFullException` where
/// the options ask for it, and `GenerationException` when the waiting thread is interrupted.
public final class Generation implements Iterable<String>, AutoCloseable {
  private final LoadedModel model;
  private final int[] prompt;
  private final OnContextFull onContextFull;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> pieces = new ArrayList<>();
  private int[] tokens = new int[16];
  private int[] pieceEnds = new int[16]; // by token: pieces of text once it was complete
  private int tokenCount;
  private int completeTokens;
  private final int promptPieces;
  private final List<TokenProbability> probabilities = new ArrayList<>();
  private final List<TokenProbability> promptProbabilities = new ArrayList<>();
  private @Nullable Outcome outcome;
  private @Nullable Throwable failure;
  private @Nullable Sequence sequence;

  private Generation(LoadedModel model, Request request, GenerationOptions options) {
    this.model = model;
    this.prompt = request.prompt();
    this.onContextFull = options.onContextFull();
    if (options.echo() == GenerationOptions.Echo.PROMPT_AND_ANSWER) {
      pieces.add(model.tokenizer().decode(prompt));
    }
    promptPieces = pieces.size();
  }

  /// Starts answers to one prompt, which is read once.
  static List<Generation> start(
      LoadedModel model, List<Request> requests, GenerationOptions options) {
    List<Generation> generations = new ArrayList<>(requests.size());
    List<Receiver> receivers = new ArrayList<>(requests.size());
    for (Request request : requests) {
      Generation generation = new Generation(model, request, options);
      generations.add(generation);
      receivers.add(generation.new Receiver());
    }
    List<Sequence> sequences = model.engine().generate(requests, receivers);
    for (int i = 0; i < sequences.size(); i++) {
      generations.get(i).sequence = sequences.get(i);
    }
    return List.copyOf(generations);
  }

  /// The pieces of text from the beginning, each as soon as it is there.
  @Override
  public Iterator<String> iterator() {
    return new Pieces();
  }

  /// Hands each piece of text to `consumer` on the calling thread as soon as it is there; returns
  /// when the answer has ended.
  public Generation onText(Consumer<String> consumer) {
    forEach(consumer);
    return this;
  }

  /// Hands each token to `consumer` on the calling thread as soon as it is complete; returns when
  /// the answer has ended. Text that was held back until the end belongs to the last token.
  public Generation onToken(Consumer<GeneratedToken> consumer) {
    for (int i = 0; ; i++) {
      GeneratedToken token = token(i);
      if (token == null) {
        return this;
      }
      consumer.accept(token);
    }
  }

  /// The token of that number, or null when the answer has ended before it.
  @Nullable GeneratedToken token(int number) {
    lock.lock();
    try {
      awaitChange(() -> number < completeTokens);
      throwFailure();
      if (number >= completeTokens) {
        return null;
      }
      int from = number == 0 ? promptPieces : pieceEnds[number - 1];
      return new GeneratedToken(
          tokens[number],
          String.join("", pieces.subList(from, pieceEnds[number])),
          number < probabilities.size()
              ? Optional.of(probabilities.get(number))
              : Optional.empty());
    } finally {
      lock.unlock();
    }
  }

  /// How likely each token of the answer was, where the options ask for that; waits for the end.
  public List<TokenProbability> logProbabilities() {
    awaitEnd();
    return List.copyOf(probabilities);
  }

  /// How likely each token of the prompt was, from the second on, where the options ask for that;
  /// waits for the end. Of several answers to one prompt the first has them.
  public List<TokenProbability> promptLogProbabilities() {
    awaitEnd();
    return List.copyOf(promptProbabilities);
  }

  /// The whole text; waits for the end.
  public String text() {
    awaitEnd();
    return String.join("", pieces);
  }

  /// Ends the answer after the step that is running. Does nothing when it has ended.
  public void cancel() {
    requireNonNull(sequence, "sequence").cancel();
  }

  /// Why the answer ended; waits for the end.
  public FinishReason finishReason() {
    return switch (awaitEnd().ending()) {
      case END_TOKEN, STOP_STRING, GRAMMAR_COMPLETE -> FinishReason.STOP;
      case MAX_TOKENS, COMPLETE -> FinishReason.LENGTH;
      case CONTEXT_FULL -> FinishReason.CONTEXT_FULL;
      case CANCELLED, CLOSED -> FinishReason.CANCELLED;
    };
  }

  /// Tokens that it took; waits for the end.
  public Usage usage() {
    return new Usage(prompt.length, awaitEnd().cachedTokens(), tokenCount);
  }

  /// Where its time went; waits for the end.
  public Timings timings() {
    Outcome end = awaitEnd();
    return new Timings(
        usage(),
        model.info().loadNanos(),
        end.queueNanos(),
        end.promptNanos(),
        end.firstTokenNanos(),
        end.decodeNanos());
  }

  /// The generated token ids, the end token included; waits for the end.
  public int[] tokens() {
    awaitEnd();
    return Arrays.copyOf(tokens, tokenCount);
  }

  public int[] promptTokens() {
    return prompt.clone();
  }

  /// True when nothing more will come.
  public boolean isFinished() {
    lock.lock();
    try {
      return hasEnded();
    } finally {
      lock.unlock();
    }
  }

  /// Cancels the answer if it is still running.
  @Override
  public void close() {
    cancel();
  }

  private Outcome awaitEnd() {
    lock.lock();
    try {
      awaitChange(() -> false);
      throwFailure();
      return requireNonNull(outcome);
    } finally {
      lock.unlock();
    }
  }

  private boolean hasEnded() {
    return outcome != null || failure != null;
  }

  /// Waits until the condition is true, or the answer has ended; under the lock.
  private void awaitChange(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean() && !hasEnded()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GenerationException("interrupted while waiting for an answer", e);
    }
  }

  // Each reader gets an exception of its own, with its own stack.
  private void throwFailure() {
    if (failure != null) {
      throw new GenerationException("the answer broke off: " + failure.getMessage(), failure);
    }
    if (outcome != null
        && outcome.ending() == Ending.CONTEXT_FULL
        && onContextFull == OnContextFull.THROW) {
      throw new ContextFullException(
          "prompt and answer have %d tokens, the context has room for %d"
              .formatted(prompt.length + tokenCount, model.engine().context()));
    }
  }

  private final class Pieces implements Iterator<String> {
    private int next;

    @Override
    public boolean hasNext() {
      lock.lock();
      try {
        awaitChange(() -> next < pieces.size());
        if (next < pieces.size()) {
          return true;
        }
        throwFailure();
        return false;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the answer has ended");
      }
      lock.lock();
      try {
        return pieces.get(next++);
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Receiver implements AnswerListener {
    @Override
    public void token(int id) {
      lock.lock();
      try {
        if (tokenCount == tokens.length) {
          tokens = Arrays.copyOf(tokens, 2 * tokenCount);
          pieceEnds = Arrays.copyOf(pieceEnds, 2 * tokenCount);
        }
        tokens[tokenCount++] = id;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void probability(TokenProbability probability) {
      lock.lock();
      try {
        probabilities.add(probability);
      } finally {
        lock.unlock();
      }
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
    public void tokenComplete() {
      lock.lock();
      try {
        completeLast();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private void completeLast() {
      if (completeTokens < tokenCount) {
        pieceEnds[completeTokens++] = pieces.size();
      }
    }

    @Override
    public void text(String piece) {
      lock.lock();
      try {
        pieces.add(piece);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void ended(Outcome end) {
      lock.lock();
      try {
        outcome = end;
        completeLast();
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
        completeLast();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
