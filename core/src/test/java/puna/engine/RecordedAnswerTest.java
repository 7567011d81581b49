package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.events.AnswerRecord;
import puna.sample.TokenProbability;

/// Answers that are recorded on their way to their listener.
class RecordedAnswerTest {
  private static final Outcome OUTCOME =
      new Outcome(Ending.MAX_TOKENS, 4, 10, 20, 30, 40, Outcome.Guessed.NONE, Optional.of("stop"));

  private final Records records = new Records();
  private final Heard heard = new Heard();
  private final RecordedAnswer answer = new RecordedAnswer(heard, records, 9);

  @Test
  void hearAllThatWithoutARecordTheyWould() {
    AnswerToken token = new AnswerToken();
    TokenProbability probability = new TokenProbability(1, -0.5, List.of());
    answer.promptProbability(probability);
    answer.token(token);
    answer.ended("rest", OUTCOME);
    answer.failed(new IllegalStateException("late"));
    assertThat(heard.all).containsExactly(probability, token, "rest", OUTCOME, "late");
  }

  @Test
  void areReadAndWantedAsTheirListenerSays() {
    assertThat(answer.isRead()).isTrue();
    assertThat(answer.isWanted()).isTrue();
    heard.isRead = false;
    assertThat(answer.isRead()).isFalse();
    heard.isWanted = false;
    assertThat(answer.isWanted()).isFalse();
  }

  @Test
  void areRecordedWithTheirTokensAndTimes() {
    answer.token(new AnswerToken());
    answer.token(new AnswerToken());
    assertThat(records.all).isEmpty();
    answer.ended("", OUTCOME);
    assertThat(records.all)
        .containsExactly(
            new Recorded(
                new AnswerRecord.Counts(9, 4, 2),
                new AnswerRecord.Times(10, 20, 30, 40),
                "max_tokens"));
  }

  @Test
  void areRecordedOnceThoughTheirEndFails() {
    answer.token(new AnswerToken());
    answer.failed(new IllegalStateException("broken"));
    answer.failed(new IllegalStateException("again"));
    assertThat(records.all)
        .containsExactly(
            new Recorded(new AnswerRecord.Counts(9, 0, 1), AnswerRecord.Times.NONE, "failed"));
  }

  private record Recorded(AnswerRecord.Counts counts, AnswerRecord.Times times, String why) {}

  private static final class Records implements AnswerRecord {
    private final List<Recorded> all = new ArrayList<>();

    @Override
    public void ends(Counts counts, Times times, String why) {
      all.add(new Recorded(counts, times, why));
    }
  }

  /// Keeps all that it hears.
  private static final class Heard implements AnswerListener {
    private final List<Object> all = new ArrayList<>();
    private boolean isRead = true;
    private boolean isWanted = true;

    @Override
    public boolean isRead() {
      return isRead;
    }

    @Override
    public boolean isWanted() {
      return isWanted;
    }

    @Override
    public void promptProbability(TokenProbability probability) {
      all.add(probability);
    }

    @Override
    public void token(AnswerToken token) {
      all.add(token);
    }

    @Override
    public void ended(String rest, Outcome outcome) {
      all.add(rest);
      all.add(outcome);
    }

    @Override
    public void failed(Throwable cause) {
      all.add(String.valueOf(cause.getMessage()));
    }
  }
}
