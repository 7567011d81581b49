package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How much more likely some tokens come next than others, by a decoder whose logits are known.
@Timeout(60)
class NextTokenOddsTest {
  private static final int CONTEXT = 96;
  private static final int[] FOR = {3, 40, 17};
  private static final int[] AGAINST = {5, 21};

  private final FakeDecoder decoder = new FakeDecoder(CONTEXT, 48, 8, 16);

  @Test
  void areThoseOfTheLogitsBehindEachText() throws Exception {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      texts.add(Requests.prompt(i, 1 + 4 * i));
    }
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      List<NextTokenOdds.Odds> odds = new NextTokenOdds(engine, Terms.NONE).of(texts, FOR, AGAINST);
      assertThat(odds).hasSize(20);
      for (int i = 0; i < texts.size(); i++) {
        float[] logits = FakeDecoder.logits(texts.get(i));
        double expected = Math.log(sum(logits, FOR) / sum(logits, AGAINST));
        assertThat(odds.get(i).logOdds()).as("text %s", i).isCloseTo(expected, within(1e-9));
      }
    }
  }

  @Test
  void whatAllTextsBeginWithIsReadOnce() throws Exception {
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] text = Requests.prompt(1, 20);
      text[19] = 30 + i;
      texts.add(text);
    }
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      assertThat(new NextTokenOdds(engine, Terms.NONE).of(texts, FOR, AGAINST))
          .extracting(NextTokenOdds.Odds::cachedTokens)
          .containsExactly(0, 16, 16, 16, 16);
      int computed = decoder.batchSizes().stream().mapToInt(size -> size).sum();
      assertThat(computed).isEqualTo(20 + 4 * 4);
    }
  }

  @Test
  void aTextThatFailsIsTold() {
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      List<int[]> texts = List.of(new int[] {1, 2}, new int[] {1, FakeDecoder.FAILING_TOKEN});
      assertThatExceptionOfType(ScoringException.class)
          .isThrownBy(() -> new NextTokenOdds(engine, Terms.NONE).of(texts, FOR, AGAINST))
          .withMessageContaining("on fire");
    }
  }

  private static double sum(float[] logits, int[] tokens) {
    double sum = 0;
    for (int token : tokens) {
      sum += Math.exp(logits[token]);
    }
    return sum;
  }
}
