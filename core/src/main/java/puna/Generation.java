package puna;

import static java.util.Objects.requireNonNull;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import puna.engine.Outcome;
import puna.engine.Request;
import puna.engine.Sequence;
import puna.sample.TokenProbability;

/// A running answer: iterate its text, cancel it, ask how it went.
///
/// It runs whether or not anybody reads it, and keeps what came, so that every iterator starts at
/// the beginning and `text()` is always the whole. One that is unreachable and was not closed is
/// cancelled. All methods may be called from any thread. Those that wait throw
/// `GenerationException` when the answer broke off, `ContextFullException` where the options ask
/// for it, `GenerationException` when the waiting thread is interrupted, which cancels the answer
/// too, and `IllegalStateException` on the engine's own thread, which cannot wait for itself.
public final class Generation implements Iterable<String>, AutoCloseable {
  private final LoadedModel model;
  private final int[] prompt;
  private final Transcript transcript;
  private @Nullable Sequence sequence;

  private Generation(LoadedModel model, Request request, GenerationOptions options) {
    this.model = model;
    this.prompt = request.prompt();
    String echo =
        switch (options.echo()) {
          case PROMPT_AND_ANSWER -> model.tokenizer().decode(prompt);
          case ANSWER -> "";
        };
    transcript =
        new Transcript(
            model.engine(),
            this,
            new Transcript.Prompt(prompt.length, echo, options.onContextFull()));
  }

  /// Starts answers to one prompt, which is read once.
  static List<Generation> start(
      LoadedModel model, List<Request> requests, GenerationOptions options) {
    List<Generation> generations = new ArrayList<>(requests.size());
    for (Request request : requests) {
      generations.add(new Generation(model, request, options));
    }
    List<Sequence> sequences =
        model
            .engine()
            .generate(requests, generations.stream().map(each -> each.transcript).toList());
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
  /// when the answer has ended. What the consumer throws cancels the answer.
  public Generation onText(Consumer<String> consumer) {
    readWhole(() -> forEach(consumer));
    return this;
  }

  /// Hands each token to `consumer` on the calling thread as soon as it is complete; returns when
  /// the answer has ended. Text that was held back until the end belongs to the last token, so a
  /// token that text is held back after comes with the next one. What the consumer throws cancels
  /// the answer.
  public Generation onToken(Consumer<GeneratedToken> consumer) {
    readWhole(() -> {
      int next = 0;
      GeneratedToken token = token(next);
      while (token != null) {
        consumer.accept(token);
        token = token(++next);
      }
    });
    return this;
  }

  /// Runs a reader of this answer; one that throws ends the answer.
  void readWhole(Runnable reader) {
    boolean done = false;
    try {
      reader.run();
      done = true;
    } finally {
      if (!done) {
        cancel();
      }
    }
  }

  /// The token of that number, or null when the answer has ended before it.
  @Nullable GeneratedToken token(int number) {
    return await(() -> Optional.ofNullable(transcript.token(number))).orElse(null);
  }

  /// How likely each token of the answer was, where the options ask for that; waits for the end.
  public List<TokenProbability> logProbabilities() {
    awaitEnd();
    return transcript.tokens().stream().flatMap(token -> token.probability().stream()).toList();
  }

  /// How likely each token of the prompt was, from the second on, where the options ask for that;
  /// waits for the end. Of several answers to one prompt the first has them.
  public List<TokenProbability> promptLogProbabilities() {
    awaitEnd();
    return transcript.promptProbabilities();
  }

  /// The whole text; waits for the end.
  public String text() {
    awaitEnd();
    return transcript.text();
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
    int cachedTokens = awaitEnd().cachedTokens();
    return new Usage(prompt.length, cachedTokens, transcript.tokens().size());
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
    return transcript.tokens().stream().mapToInt(GeneratedToken::id).toArray();
  }

  public int[] promptTokens() {
    return prompt.clone();
  }

  /// True when nothing more will come.
  public boolean isFinished() {
    return transcript.hasEnded();
  }

  /// Cancels the answer if it is still running.
  @Override
  public void close() {
    cancel();
  }

  private Outcome awaitEnd() {
    return await(transcript::end);
  }

  /// Something to wait for.
  @FunctionalInterface
  private interface Wait<T> {
    T get() throws InterruptedException;
  }

  private <T> T await(Wait<T> wait) {
    try {
      return wait.get();
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw new GenerationException("interrupted while waiting for an answer", e);
    } finally {
      Reference.reachabilityFence(this); // whoever waits for the answer wants it
    }
  }

  private final class Pieces implements Iterator<String> {
    private int next;

    @Override
    public boolean hasNext() {
      return piece().isPresent();
    }

    @Override
    public String next() {
      String piece = piece().orElseThrow(() -> new NoSuchElementException("the answer has ended"));
      next++;
      return piece;
    }

    private Optional<String> piece() {
      return await(() -> Optional.ofNullable(transcript.piece(next)));
    }
  }
}
