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
import puna.AnswerOptions.OnContextFull;
import puna.engine.Outcome;
import puna.engine.Request;
import puna.engine.Sequence;
import puna.error.AnswerInterruptedException;
import puna.sample.TokenProbability;

/// A running answer in raw text, read in pieces of it.
public final class Generation extends Answer<String, String> {
  private final LoadedModel model;
  private final int[] prompt;
  private final Transcript transcript;
  private @Nullable Sequence sequence;

  /// What the transcripts of answers begin with, and how they end.
  ///
  /// @param echo the prompt's text where that is the first piece; else empty
  record Reading(String echo, OnContextFull onContextFull) {}

  private Generation(LoadedModel model, Request request, Reading reading) {
    this.model = model;
    this.prompt = request.prompt();
    transcript =
        new Transcript(
            model.engine(),
            this,
            new Transcript.Prompt(prompt.length, reading.echo(), reading.onContextFull()));
  }

  /// Starts answers to one prompt, which is read once.
  static List<Generation> start(LoadedModel model, List<Request> requests, Reading reading) {
    List<Generation> generations = new ArrayList<>(requests.size());
    for (Request request : requests) {
      generations.add(new Generation(model, request, reading));
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

  /// The pieces of text from the beginning, each as soon as it is there; none is empty.
  @Override
  public Iterator<String> iterator() {
    return new Pieces();
  }

  /// Hands each token to `consumer` on the calling thread as soon as it is complete; returns when
  /// the answer has ended. Text that was held back until the end belongs to the last token, so a
  /// token that text is held back after comes with the next one. What the consumer throws cancels
  /// the answer.
  public void forEachToken(Consumer<GeneratedToken> consumer) {
    int next = 0;
    GeneratedToken token = token(next);
    while (token != null) {
      hand(token, consumer);
      token = token(++next);
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

  /// The same as [#text].
  @Override
  public String await() {
    return text();
  }

  @Override
  public void cancel() {
    requireNonNull(sequence, "sequence").cancel();
  }

  @Override
  public FinishReason finishReason() {
    return switch (awaitEnd().ending()) {
      case END_TOKEN, STOP_STRING, GRAMMAR_COMPLETE -> FinishReason.STOP;
      case MAX_TOKENS, COMPLETE -> FinishReason.LENGTH;
      case CONTEXT_FULL -> FinishReason.CONTEXT_FULL;
      case CANCELLED, CLOSED -> FinishReason.CANCELLED;
    };
  }

  @Override
  public Usage usage() {
    int cachedTokens = awaitEnd().cachedTokens();
    return new Usage(prompt.length, cachedTokens, transcript.tokens().size());
  }

  @Override
  public Timings timings() {
    Outcome end = awaitEnd();
    return new Timings(usage(), model.info().loadNanos(), end);
  }

  /// The generated token ids, the end token included; waits for the end.
  public int[] tokens() {
    awaitEnd();
    return transcript.tokens().stream().mapToInt(GeneratedToken::id).toArray();
  }

  /// The token ids of its prompt.
  public int[] promptTokens() {
    return prompt.clone();
  }

  @Override
  public boolean isFinished() {
    return transcript.hasEnded();
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
      throw new AnswerInterruptedException("interrupted while waiting for an answer", e);
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
