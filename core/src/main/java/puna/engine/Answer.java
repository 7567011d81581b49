package puna.engine;

import puna.sample.Candidates;
import puna.sample.Sampler;

/// A sequence that grows by what it draws: sample → stop checks → text.
final class Answer implements Task {
  private final Request request;
  private final AnswerListener listener;
  private final Sampler sampler;
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
    sampler = new Sampler(request.sampling(), vocabulary);
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
    return ending == Ending.COMPLETE ? sequence.size() - 1 : sequence.size();
  }

  @Override
  public void started(Sequence sequence) {
    startedAt = System.nanoTime();
    cachedTokens = sequence.computed();
  }

  @Override
  public boolean take(int position, Candidates candidates, Sequence sequence) {
    int token = sampler.next(candidates);
    lastAt = System.nanoTime();
    if (count == 0) {
      firstAt = lastAt;
      promptNanos = firstAt - startedAt;
    }
    count++;
    listener.token(token);
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
    } else {
      sequence.append(token);
      return true;
    }
    return false;
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
