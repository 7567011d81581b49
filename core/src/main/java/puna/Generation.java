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
import puna.engine.Terms;
import puna.error.AnswerInterruptedException;
import puna.sample.TokenProbability;

/// A streaming answer as raw text, in pieces, with its tokens and log-probabilities.
public final class Generation extends Answer<String, String> {
  private final LoadedModel model;
  private final int[] prompt;
  private final Transcript transcript;
  private @Nullable Sequence sequence;

  /// What the transcripts of answers begin with, and how they end.
  ///
  /// @param echo the prompt's text where that is the first piece; else empty
  /// @param terms that the requests are worked on by
  record Reading(String echo, OnContextFull onContextFull, Terms terms) {}

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
            .generate(
                requests,
                generations.stream().map(each -> each.transcript).toList(),
                reading.terms());
    for (int i = 0; i < sequences.size(); i++) {
      generations.get(i).sequence = sequences.get(i);
    }
    return List.copyOf(generations);
  }

  /// The pieces of text from the beginning, each as soon as it is generated; none is empty.
  @Override
  public Iterator<String> iterator() {
    return new Pieces();
  }

  /// Passes each token to `consumer`, on the calling thread, as soon as its text is settled;
  /// returns when the answer has ended. Where text is held back, since it may be the beginning of a
  /// stop sequence, the token before it comes together with the next one: whatever is left at the
  /// end belongs to the last token. An exception of the consumer cancels the answer and is thrown
  /// on.
  public void forEachToken(Consumer<GeneratedToken> consumer) {
    int next = 0;
    GeneratedToken token = token(next);
    while (token != null) {
      hand(token, consumer);
      token = token(++next);
    }
  }

  /// The tokens as [#forEachToken] passes them, to be taken one by one; `hasNext` and `next` block
  /// until there is more.
  public Iterator<GeneratedToken> tokenIterator() {
    return new Iterator<>() {
      private int number;

      @Override
      public boolean hasNext() {
        return token(number) != null;
      }

      @Override
      public GeneratedToken next() {
        GeneratedToken token = token(number);
        if (token == null) {
          throw new NoSuchElementException();
        }
        number++;
        return token;
      }
    };
  }

  /// The token of that number, or null when the answer has ended before it.
  @Nullable GeneratedToken token(int number) {
    return await(() -> Optional.ofNullable(transcript.token(number))).orElse(null);
  }

  /// The log-probabilities of the answer's tokens; empty unless
  /// [AnswerOptions#withLogProbabilities] asks for them. Waits for the end.
  public List<TokenProbability> logProbabilities() {
    awaitEnd();
    return transcript.tokens().stream().flatMap(token -> token.probability().stream()).toList();
  }

  /// The log-probabilities of the prompt's tokens, from the second on; empty unless
  /// [AnswerOptions#withLogProbabilities] asks for them. Waits until the prompt was read: for the
  /// first token, or the end. Of several answers to one prompt, the first has them.
  public List<TokenProbability> promptLogProbabilities() {
    boolean _ = tokenIterator().hasNext();
    return transcript.promptProbabilities();
  }

  /// The complete text; waits for the end.
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
      case END_TOKEN, STOP_STRING, INDENTATION, GRAMMAR_COMPLETE -> FinishReason.STOP;
      case MAX_TOKENS, COMPLETE -> FinishReason.LENGTH;
      case CONTEXT_FULL -> FinishReason.CONTEXT_FULL;
      case DEADLINE -> FinishReason.DEADLINE;
      case CANCELLED, CLOSED -> FinishReason.CANCELLED;
    };
  }

  /// The stop string that ended the answer ([AnswerOptions#withStopStrings]); empty where something
  /// else did. Waits for the end.
  public Optional<String> stopString() {
    return awaitEnd().stop();
  }

  @Override
  public Usage usage() {
    int cachedTokens = awaitEnd().cachedTokens();
    return new Usage(prompt.length, cachedTokens, transcript.tokens().size());
  }

  @Override
  public Timings timings() {
    return timings(usage());
  }

  /// The same about tokens of which more is known.
  Timings timings(Usage usage) {
    return new Timings(usage, model.info().loadNanos(), awaitEnd());
  }

  /// The ids of the generated tokens, the end token included; waits for the end.
  public int[] tokens() {
    awaitEnd();
    return transcript.tokens().stream().mapToInt(GeneratedToken::id).toArray();
  }

  /// The ids of the prompt's tokens. Does not wait.
  public int[] promptTokens() {
    return prompt.clone();
  }

  @Override
  public PromptProgress promptProgress() {
    return transcript.promptProgress();
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
