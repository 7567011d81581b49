package puna.engine;

import java.util.Locale;
import puna.events.AnswerRecord;
import puna.sample.TokenProbability;

/// Counts an answer on its way to its listener, and records it at its end.
final class RecordedAnswer implements AnswerListener {
  private static final String FAILED = "failed";

  private final AnswerListener listener;
  private final AnswerRecord record;
  private final int promptTokens;
  private int tokens;
  private boolean ended;

  RecordedAnswer(AnswerListener listener, AnswerRecord record, int promptTokens) {
    this.listener = listener;
    this.record = record;
    this.promptTokens = promptTokens;
  }

  @Override
  public void token(AnswerToken token) {
    tokens++;
    listener.token(token);
  }

  @Override
  public void ended(String rest, Outcome outcome) {
    end(
        new AnswerRecord.Counts(promptTokens, outcome.cachedTokens(), tokens),
        new AnswerRecord.Times(
            outcome.queueNanos(),
            outcome.promptNanos(),
            outcome.firstTokenNanos(),
            outcome.decodeNanos()),
        outcome.ending().name().toLowerCase(Locale.ROOT));
    listener.ended(rest, outcome);
  }

  @Override
  public void failed(Throwable cause) {
    end(new AnswerRecord.Counts(promptTokens, 0, tokens), AnswerRecord.Times.NONE, FAILED);
    listener.failed(cause);
  }

  @Override
  public void promptRead(int cached, int read, long nanos) {
    listener.promptRead(cached, read, nanos);
  }

  @Override
  public void promptProbability(TokenProbability probability) {
    listener.promptProbability(probability);
  }

  @Override
  public boolean isRead() {
    return listener.isRead();
  }

  @Override
  public boolean isWanted() {
    return listener.isWanted();
  }

  /// A listener that breaks at the end hears of that as a failure: one answer is one record all the
  /// same.
  private void end(AnswerRecord.Counts counts, AnswerRecord.Times times, String why) {
    if (!ended) {
      ended = true;
      record.ends(counts, times, why);
    }
  }
}
