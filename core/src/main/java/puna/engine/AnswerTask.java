package puna.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.engine.AnswerToken.Held;
import puna.grammar.mask.TokenMask;
import puna.sample.TokenProbability;
import puna.sample.chain.Candidates;
import puna.sample.chain.Sampler;
import puna.sample.chain.SamplerVocabulary;

/// A sequence that grows by what it draws: mask → sample → stop checks → text.
final class AnswerTask implements Task {
  private static final int MOST_NAMED = 5;

  /// Where no more than this part of the vocabulary may come, nobody looks at the rest of it.
  private static final int FEW = 16;

  private final Request request;
  private final AnswerListener listener;
  private final Sampler sampler;
  private final @Nullable TokenMask mask;
  private final AnswerScores scores;
  private final StopText text;
  private final Indentation indentation;
  private final Drawn drawn = new Drawn();
  private final AnswerToken told = new AnswerToken();
  private final int context;
  private final long submitted = System.nanoTime();
  private Ending ending = Ending.COMPLETE;
  private boolean isFormComplete; // the mask admits nothing more
  private @Nullable Sequence sequence; // once it has begun
  private int count;
  private int cachedTokens;
  private long startedAt;
  private long promptNanos;
  private long firstAt;
  private long lastAt;

  AnswerTask(Request request, AnswerListener listener, int vocabulary, int context) {
    this.request = request;
    this.listener = listener;
    this.context = context;
    Request.Drawing drawing = request.drawing();
    sampler =
        new Sampler(
            drawing.sampling(),
            new SamplerVocabulary(vocabulary, drawing.endsAnswer(), drawing.bytes()));
    mask = drawing.mask().orElse(null);
    scores = new AnswerScores(request, listener::promptProbability, vocabulary);
    for (int token : request.prompt()) {
      sampler.accept(token);
    }
    text = new StopText(request.stops().strings());
    indentation = new Indentation(request.stops().indentation());
    if (request.maxTokens() == 0) {
      ending = Ending.MAX_TOKENS;
    } else if (request.prompt().length >= context) {
      ending = Ending.CONTEXT_FULL;
    }
  }

  @Override
  public int firstOutput(Sequence sequence) {
    if (scores.wantsPrompt()) {
      return scores.promptScored();
    }
    return ending == Ending.COMPLETE ? sequence.size() - 1 : sequence.size();
  }

  @Override
  public boolean isWanted() {
    return listener.isWanted();
  }

  @Override
  public boolean isRead() {
    return listener.isRead();
  }

  @Override
  public void started(Sequence begun) {
    sequence = begun;
    startedAt = System.nanoTime();
    cachedTokens = begun.computed();
  }

  @Override
  public void draw(PartLogits logits, Sequence sequence) {
    drawn.clear();
    for (int i = 0; i < logits.count(); i++) {
      int position = logits.firstPosition() + i;
      if (scores.wantsPrompt()) {
        scores.scorePrompt(position, logits.read(i).logits(), sequence);
      } else if (ending != Ending.COMPLETE
          || !drawsOn(logits.read(i), sequence.proposed(position + 1))) {
        return;
      }
    }
  }

  /// What is computed anew in the middle of an answer, after its memory was taken, is no news.
  @Override
  public void read(Sequence sequence) {
    if (count == 0) {
      listener.promptRead(cachedTokens, sequence.computed(), System.nanoTime() - startedAt);
    }
  }

  /// Draws one token; true when the next logits are those after it.
  ///
  /// @param proposed the token that the next logits come after
  private boolean drawsOn(Candidates candidates, int proposed) {
    scores.keep(candidates.logits());
    if (mask != null && (!apply(mask, candidates) || isCompleteButForBans(candidates))) {
      isFormComplete = true;
      return false;
    }
    int token = sampler.next(candidates);
    drawn.add(token, scores.score(token, candidates));
    if (mask != null) {
      mask.accept(token);
    }
    return token == proposed && !request.stops().tokens().test(token);
  }

  /// @return false when no token may come
  private static boolean apply(TokenMask mask, Candidates candidates) {
    float[] logits = candidates.logits();
    int[] few = mask.few(logits.length / FEW);
    return few == null ? mask.apply(logits) : candidates.only(few);
  }

  @Override
  public boolean tell(PartLogits logits, Sequence sequence) {
    scores.tellPrompt();
    for (int i = 0; i < drawn.size(); i++) {
      if (!tell(drawn.token(i), drawn.probability(i), sequence)) {
        return false;
      }
    }
    if (isFormComplete) {
      ending = Ending.GRAMMAR_COMPLETE;
    }
    return ending == Ending.COMPLETE || scores.wantsPrompt();
  }

  /// Whether the mask admits nothing but what the options ban, and the text is complete: then the
  /// answer ends without the end token that it may not have.
  ///
  /// @throws IllegalStateException when the text is not complete: nothing can come, and nothing may
  ///   end
  private boolean isCompleteButForBans(Candidates candidates) {
    if (sampler.leavesAny(candidates)) {
      return false;
    }
    List<String> wanted = new ArrayList<>();
    for (int token = candidates.nextPossible(0);
        token >= 0;
        token = candidates.nextPossible(token + 1)) {
      if (request.drawing().endsAnswer().test(token)) {
        return true;
      }
      if (wanted.size() < MOST_NAMED) {
        wanted.add(named(token));
      }
    }
    throw new IllegalStateException(
        "the form needs one of these tokens next, and all are banned: "
            + String.join(", ", wanted));
  }

  private String named(int token) {
    byte[] bytes = request.drawing().bytes().apply(token);
    return "%s (\"%s\")".formatted(token, new String(bytes, StandardCharsets.UTF_8));
  }

  private boolean tell(int token, Optional<TokenProbability> probability, Sequence sequence) {
    lastAt = System.nanoTime();
    if (count == 0) {
      firstAt = lastAt;
      promptNanos = firstAt - startedAt;
      listener.promptRead(cachedTokens, sequence.size(), promptNanos);
    }
    count++;
    String piece = read(token, sequence);
    told.set(token, piece, probability, isHolding() ? Held.TEXT : Held.NOTHING);
    listener.token(told);
    if (ending != Ending.COMPLETE) {
      return false;
    }
    sequence.append(token);
    return true;
  }

  /// The text that a token makes known; decides whether another may follow.
  private String read(int token, Sequence sequence) {
    if (request.stops().tokens().test(token)) {
      ending = Ending.END_TOKEN;
      return "";
    }
    String piece = text.append(request.decoder().append(token));
    if (request.stops().borders().test(token)) {
      piece += text.breakOff();
    }
    piece = indentation.keep(piece);
    if (indentation.isBroken()) {
      ending = Ending.INDENTATION;
    } else if (text.isStopped()) {
      ending = Ending.STOP_STRING;
    } else if (count >= request.maxTokens()) {
      ending = Ending.MAX_TOKENS;
    } else if (sequence.size() + 1 >= context) {
      ending = Ending.CONTEXT_FULL;
    }
    return piece;
  }

  private boolean isTextOver() {
    return text.isStopped() || indentation.isBroken();
  }

  private boolean isHolding() {
    return !isTextOver() && (text.isHolding() || request.decoder().isHolding());
  }

  @Override
  public void done() {
    if (count == 0) {
      promptNanos = System.nanoTime() - startedAt;
    }
    finish();
  }

  @Override
  public void abandoned(Ending reason) {
    ending = reason;
    finish();
  }

  @Override
  public void failed(Throwable cause) {
    listener.failed(cause);
  }

  private void finish() {
    String rest = rest();
    long queueEnd = startedAt == 0 ? System.nanoTime() : startedAt;
    listener.ended(
        rest,
        new Outcome(
            ending,
            cachedTokens,
            queueEnd - submitted,
            promptNanos,
            count == 0 ? 0 : firstAt - submitted,
            lastAt - firstAt,
            sequence == null ? Outcome.Guessed.NONE : sequence.guessed(),
            ending == Ending.STOP_STRING ? text.stop() : Optional.empty()));
  }

  private boolean wasEndedEarly() {
    return ending == Ending.CANCELLED || ending == Ending.CLOSED || ending == Ending.DEADLINE;
  }

  /// The text that was held back until the end.
  private String rest() {
    if (isTextOver()) {
      return "";
    }
    String rest = text.append(request.decoder().finish());
    rest = indentation.keep(rest + text.finish());
    if (isTextOver() && !wasEndedEarly()) {
      ending = indentation.isBroken() ? Ending.INDENTATION : Ending.STOP_STRING;
    }
    return rest;
  }
}
