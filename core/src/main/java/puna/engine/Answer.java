package puna.engine;

import org.jspecify.annotations.Nullable;
import puna.grammar.TokenMask;
import puna.sample.Candidates;
import puna.sample.Sampler;
import puna.sample.SamplerVocabulary;

/// A sequence that grows by what it draws: mask → sample → stop checks → text.
final class Answer implements Task {
  private final Request request;
  private final AnswerListener listener;
  private final Sampler sampler;
  private final @Nullable TokenMask mask;
  private final AnswerScores scores;
  private final StopText text;
  private final int context;
  private final long submitted = System.nanoTime();
  private Ending ending = Ending.COMPLETE;
  private int count;
  private int cachedTokens;
  private long startedAt;
  private long promptNanos;
  private long firstAt;
  private long lastAt;

  Answer(Request request, AnswerListener listener, int vocabulary, int context) {
    this.request = request;
    this.listener = listener;
    this.context = context;
    Request.Drawing drawing = request.drawing();
    sampler =
        new Sampler(
            drawing.sampling(),
            new SamplerVocabulary(vocabulary, drawing.endsAnswer(), drawing.bytes()));
    mask = drawing.mask().orElse(null);
    scores = new AnswerScores(request, listener, vocabulary);
    for (int token : request.prompt()) {
      sampler.accept(token);
    }
    text = new StopText(request.stops().strings());
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
  public void started(Sequence sequence) {
    startedAt = System.nanoTime();
    cachedTokens = sequence.computed();
  }

  @Override
  public boolean take(int position, Candidates candidates, Sequence sequence) {
    if (scores.wantsPrompt()) {
      scores.scorePrompt(position, candidates.logits(), sequence);
      return true;
    }
    if (ending != Ending.COMPLETE) {
      return false;
    }
    scores.keep(candidates.logits());
    if (mask != null && !mask.apply(candidates.logits())) {
      ending = Ending.GRAMMAR_COMPLETE;
      return false;
    }
    return accept(sampler.next(candidates), candidates, sequence);
  }

  private boolean accept(int token, Candidates candidates, Sequence sequence) {
    lastAt = System.nanoTime();
    if (count == 0) {
      firstAt = lastAt;
      promptNanos = firstAt - startedAt;
    }
    count++;
    listener.token(token);
    scores.score(token, candidates);
    if (mask != null) {
      mask.accept(token);
    }
    if (!goesOnAfter(token, sequence)) {
      return false;
    }
    listener.tokenComplete();
    sequence.append(token);
    return true;
  }

  /// Hands the token's text on, and says whether another may follow.
  private boolean goesOnAfter(int token, Sequence sequence) {
    if (request.stops().tokens().test(token)) {
      ending = Ending.END_TOKEN;
      return false;
    }
    emit(text.append(request.decoder().append(token)));
    if (text.isStopped()) {
      ending = Ending.STOP_STRING;
    } else if (count >= request.maxTokens()) {
      ending = Ending.MAX_TOKENS;
    } else if (sequence.size() + 1 >= context) {
      ending = Ending.CONTEXT_FULL;
    }
    return ending == Ending.COMPLETE;
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
    if (!text.isStopped()) {
      emit(text.append(request.decoder().finish()));
      if (text.isStopped() && ending != Ending.CANCELLED && ending != Ending.CLOSED) {
        ending = Ending.STOP_STRING;
      }
      emit(text.finish());
    }
    long queueEnd = startedAt == 0 ? System.nanoTime() : startedAt;
    listener.ended(
        new Outcome(
            ending,
            cachedTokens,
            queueEnd - submitted,
            promptNanos,
            count == 0 ? 0 : firstAt - submitted,
            lastAt - firstAt));
  }

  private void emit(String piece) {
    if (!piece.isEmpty()) {
      listener.text(piece);
    }
  }
}
