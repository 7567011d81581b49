package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.grammar.mask.TokenMask;
import puna.sample.SamplerKind;
import puna.sample.SamplingOptions;

/// Guesses change the number of steps, and nothing else.
@Timeout(300)
class SpeculationTest {
  private static final int CONTEXT = 400;
  private static final int TOKENS = 200;
  private static final int ANSWERS = 1_000;
  private static final int[] PROMPT = Requests.prompt(1, 20);
  private static final SamplingOptions FREE =
      SamplingOptions.greedy().withTemperature(1).withSeed(7);
  private static final List<SamplingOptions> CHAINS =
      List.of(
          SamplingOptions.greedy(),
          FREE,
          SamplingOptions.metaDefaults().withSeed(3),
          FREE.withTopK(5).withMinP(0.01f),
          FREE.withSteps(List.of(SamplerKind.MIROSTAT.defaultStep())));

  @Test
  void looksUpWhatFollowedTheLongestEnding() {
    int[] guesses = new int[8];
    Sequence sequence = sequence(1, 2, 3, 4, 5, 9, 3, 4, 6, 7, 9, 2, 3, 4);
    assertThat(PromptLookup.guess(sequence, guesses, 3)).isEqualTo(3);
    assertThat(guesses).startsWith(5, 9, 3);
  }

  @Test
  void looksUpTheLatestOfEquallyLongOnes() {
    int[] guesses = new int[8];
    Sequence sequence = sequence(3, 4, 5, 8, 3, 4, 6, 8, 9, 3, 4);
    assertThat(PromptLookup.guess(sequence, guesses, 2)).isEqualTo(2);
    assertThat(guesses).startsWith(6, 8);
    // also where all come behind other tokens
    assertThat(PromptLookup.guess(sequence(7, 3, 4, 5, 8, 3, 4, 6, 9, 3, 4), guesses, 2))
        .isEqualTo(2);
    assertThat(guesses).startsWith(6, 9);
  }

  @Test
  void goesOnInsideItsGuessesWhereTheTextRepeatsItself() {
    int[] guesses = new int[8];
    assertThat(PromptLookup.guess(sequence(1, 2, 1, 2, 1, 2), guesses, 5)).isEqualTo(5);
    assertThat(guesses).startsWith(1, 2, 1, 2, 1);
  }

  @Test
  void findsNothingInATextWithoutRepetition() {
    assertThat(PromptLookup.guess(sequence(1, 2, 3, 4, 5), new int[8], 5)).isZero();
    assertThat(PromptLookup.guess(sequence(1), new int[8], 5)).isZero();
    assertThat(PromptLookup.guess(sequence(1, 2, 9, 5, 2), new int[8], 5)).isZero(); // one is few
  }

  @Test
  void aLookedUpAnswerIsTheSameInFewerSteps() throws Exception {
    for (SamplingOptions sampling : CHAINS) {
      FakeDecoder plain = decoder();
      FakeDecoder guessing = decoder();
      int[] expected = answer(plain, sampling, Guesses.NONE, null);
      assertThat(answer(guessing, sampling, Guesses.LOOKUP, null))
          .as("%s", sampling)
          .isEqualTo(expected);
      assertThat(plain.batchSizes()).hasSize(TOKENS);
      assertThat(guessing.batchSizes()).as("%s", sampling).hasSizeLessThan(TOKENS);
    }
  }

  @Test
  void anAnswerWithADraftIsTheSame() throws Exception {
    for (double mistakes : new double[] {0, 0.3, 1}) {
      for (SamplingOptions sampling : CHAINS) {
        int[] expected = answer(decoder(), sampling, Guesses.NONE, null);
        FakeDecoder draft = decoder().mistaken(mistakes);
        assertThat(answer(decoder(), sampling, Guesses.DRAFT, draft))
            .as("%s, mistakes %s", sampling, mistakes)
            .isEqualTo(expected);
        assertThat(draft.isClosed()).isTrue();
      }
    }
  }

  @Test
  void tokensAreDistributedAsWithoutGuesses() throws Exception {
    for (SamplingOptions sampling : CHAINS.subList(1, CHAINS.size())) {
      long[] plain = histogram(sampling, Guesses.NONE, 0);
      long[] guessed = histogram(sampling, Guesses.DRAFT, ANSWERS); // of other seeds
      double chiSquare = 0;
      int kinds = -1;
      for (int token = 0; token < plain.length; token++) {
        double sum = plain[token] + guessed[token];
        double difference = plain[token] - guessed[token];
        chiSquare += sum == 0 ? 0 : difference * difference / sum;
        kinds += sum == 0 ? 0 : 1;
      }
      // a normal deviate beyond 5 comes by chance once in three million times
      assertThat((chiSquare - kinds) / Math.sqrt(2.0 * kinds)).as("%s", sampling).isLessThan(5);
    }
  }

  /// How often each token is the last of five.
  private static long[] histogram(SamplingOptions sampling, Guesses guesses, long firstSeed)
      throws Exception {
    long[] counts = new long[FakeDecoder.VOCABULARY];
    FakeDecoder draft = decoder().mistaken(0.3);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 3, QueueLimits.DEFAULT, Duration.ofDays(1));
    FakeDecoder decoder = decoder();
    try (Engine engine =
        new Engine(decoder, settings, new DraftModel(draft, 64), decoder.clock())) {
      List<Collector> answers = new ArrayList<>();
      for (long seed = firstSeed; seed < firstSeed + ANSWERS; seed++) {
        Request plain = Requests.greedy(PROMPT, 5);
        Request request =
            new Request(PROMPT, 5, sampling.withSeed(seed), plain.stops(), plain.decoder());
        answers.add(new Collector());
        engine.generate(List.of(request), List.of(answers.getLast()), terms(guesses));
      }
      long guessed = 0;
      for (Collector answer : answers) {
        guessed += answer.await().guesses().tokens();
        counts[answer.tokens()[4]]++;
      }
      assertThat(guessed > 0).isEqualTo(guesses != Guesses.NONE);
    }
    return counts;
  }

  @Test
  void aCrowdWithGuessesGetsTheAnswersOfEachAlone() throws Exception {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 200, 8, 32);
    FakeDecoder draft = new FakeDecoder(CONTEXT, 40, 8, 32).mistaken(0.2);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 6, QueueLimits.DEFAULT, Duration.ofMillis(50));
    try (Engine engine = new Engine(decoder, settings, new DraftModel(draft, 64))) {
      List<Collector> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        answers.add(new Collector());
        Request request = Requests.greedy(Requests.prompt(i, 5 + i), 60);
        Guesses guesses = List.of(Guesses.NONE, Guesses.LOOKUP, Guesses.DRAFT).get(i % 3);
        engine.generate(List.of(request), List.of(answers.get(i)), terms(guesses));
      }
      for (int i = 0; i < answers.size(); i++) {
        answers.get(i).await();
        assertThat(answers.get(i).tokens())
            .as("request %s", i)
            .isEqualTo(FakeDecoder.greedy(Requests.prompt(i, 5 + i), 60));
      }
    }
  }

  @Test
  void aDraftThatFailsEndsTheGuessesAndNotTheAnswer() throws Exception {
    FakeDecoder broken = new FakeDecoder(CONTEXT, 1, 8, 64); // of one block
    int[] expected = answer(decoder(), SamplingOptions.greedy(), Guesses.NONE, null);
    assertThat(answer(decoder(), SamplingOptions.greedy(), Guesses.DRAFT, broken))
        .isEqualTo(expected);
  }

  @Test
  void guessesStopWhereTheyDoNotPay() {
    // a token more costs as much as a step: nothing can be won
    StepTimes dear = times(1_000);
    // a token more costs a tenth
    StepTimes cheap = times(100);
    Acceptance.Plan plan = new Acceptance.Plan(1, 1, 100);
    assertThat(new Acceptance().guesses(dear, plan, 0)).isZero();
    assertThat(new Acceptance().guesses(cheap, plan, 0)).isBetween(3, 5);
    Acceptance good = new Acceptance();
    Acceptance bad = new Acceptance();
    for (int i = 0; i < 20; i++) {
      good.came(4, 4);
      bad.came(0, 4);
    }
    assertThat(good.guesses(cheap, plan, 0)).isEqualTo(Acceptance.MOST_GUESSES);
    assertThat(bad.guesses(cheap, plan, 0)).isZero();
  }

  @Test
  void guessesThatDoNotPayAreTriedAgainEverLater() {
    StepTimes cheap = times(100);
    Acceptance.Plan plan = new Acceptance.Plan(1, 1, 100);
    Acceptance bad = new Acceptance();
    int tries = 0;
    for (int token = 0; token < 2_000; token++) {
      if (bad.guesses(cheap, plan, 0) > 0) {
        tries++;
        bad.came(0, 4);
      }
    }
    assertThat(tries).isBetween(20, 200);
  }

  @Test
  void aStepThatWasSlowOnceIsTriedAgain() {
    StepTimes times = new StepTimes();
    times.took(1_000, 1);
    times.took(8_000, 5); // as the first of a size may be
    Acceptance.Plan plan = new Acceptance.Plan(1, 1, 100);
    Acceptance good = new Acceptance();
    int guessed = 0;
    for (int step = 0; step < 100; step++) {
      int count = good.guesses(times, plan, 0);
      if (count > 0) {
        times.took(1_100, 1 + count);
        good.came(count, count);
        guessed += count;
      }
    }
    assertThat(guessed).isGreaterThan(500);
  }

  @Test
  void inALargeBatchAGuessMustSaveMore() {
    // eight share a step, and each token more costs a tenth of a step for one
    StepTimes times = times(100);
    assertThat(new Acceptance().guesses(times, new Acceptance.Plan(8, 8, 100), 0))
        .isLessThan(new Acceptance().guesses(times, new Acceptance.Plan(1, 1, 100), 0));
  }

  /// Times of steps of 1 to 64 tokens.
  private static StepTimes times(long perToken) {
    StepTimes times = new StepTimes();
    for (int tokens = 1; tokens <= 64; tokens++) {
      times.took(1_000 + perToken * (tokens - 1), tokens);
    }
    return times;
  }

  private static int[] answer(
      FakeDecoder decoder, SamplingOptions sampling, Guesses guesses, @Nullable FakeDecoder draft)
      throws Exception {
    Request plain = Requests.greedy(PROMPT, TOKENS);
    Request.Drawing drawing =
        new Request.Drawing(
            sampling, id -> false, id -> new byte[0], Optional.of(new NearlyPeriodic()));
    Request request =
        new Request(
            plain.content(),
            TOKENS,
            drawing,
            plain.stops(),
            plain.decoder(),
            plain.logProbabilities());
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 4, QueueLimits.DEFAULT, Duration.ofDays(1));
    DraftModel model = draft == null ? null : new DraftModel(draft, 64);
    try (Engine engine = new Engine(decoder, settings, model, decoder.clock())) {
      Collector answer = new Collector();
      engine.generate(List.of(request), List.of(answer), terms(guesses));
      assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      return answer.tokens();
    }
  }

  private static FakeDecoder decoder() {
    return new FakeDecoder(CONTEXT, 100, 8, 64);
  }

  private static Terms terms(Guesses guesses) {
    return new Terms(0, "", Optional.empty(), guesses);
  }

  private static Sequence sequence(int... tokens) {
    AnswerTask answer = new AnswerTask(Requests.greedy(tokens, 4), new Collector(), 64, 32);
    return new Sequence(PromptContent.of(tokens), answer);
  }

  /// A text that repeats itself, but for every seventh token, which is one of three.
  private static final class NearlyPeriodic implements TokenMask {
    private int count;

    @Override
    public boolean apply(float[] logits) {
      int first = count % 7 == 0 ? 10 : 20 + count % 5;
      int last = count % 7 == 0 ? 12 : first;
      for (int token = 0; token < logits.length; token++) {
        logits[token] = token < first || token > last ? Float.NEGATIVE_INFINITY : logits[token];
      }
      return true;
    }

    @Override
    public void accept(int token) {
      count++;
    }
  }
}
