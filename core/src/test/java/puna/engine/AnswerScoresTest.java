package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;
import puna.sample.SamplingOptions;
import puna.sample.TokenProbability;
import puna.sample.chain.LogProbabilities;

/// Log-probabilities beside an answer, against those of the fake decoder's logits.
@Timeout(60)
class AnswerScoresTest {
  private static final int[] PROMPT = Requests.prompt(3, 30);

  @Test
  void scoresPromptAndAnswerByTheModelsLogits() throws Exception {
    Listener listener =
        run(
            SamplingOptions.metaDefaults().withSeed(3),
            LogProbabilityOptions.ofAnswer(4).withScope(Scope.PROMPT_AND_ANSWER),
            12);
    int[] all = join(PROMPT, listener.collector.tokens());
    assertThat(listener.prompt).hasSize(PROMPT.length - 1);
    assertThat(listener.answer).hasSize(12);
    for (int position = 1; position < all.length; position++) {
      TokenProbability found =
          position < PROMPT.length
              ? listener.prompt.get(position - 1)
              : listener.answer.get(position - PROMPT.length);
      assertThat(found)
          .as("position %d", position)
          .isEqualTo(
              LogProbabilities.ofLogits(
                  FakeDecoder.logits(Arrays.copyOf(all, position)), all[position], 4));
    }
  }

  @Test
  void scoresWhatTheTokenWasDrawnFrom() throws Exception {
    Listener listener =
        run(
            SamplingOptions.greedy().withTemperature(1).withTopK(3).withSeed(3),
            LogProbabilityOptions.ofAnswer(9).withStage(Stage.DRAW),
            12);
    assertThat(listener.prompt).isEmpty();
    assertThat(listener.answer).hasSize(12);
    for (TokenProbability found : listener.answer) {
      assertThat(found.likeliest()).hasSize(3);
      assertThat(found.likeliest().stream().mapToDouble(r -> Math.exp(r.logProbability())).sum())
          .isCloseTo(1, within(1e-6));
      assertThat(found.likeliest())
          .extracting(TokenProbability.Rival::token)
          .contains(found.token());
    }
  }

  @Test
  void aPromptIsScoredThoughNothingIsGenerated() throws Exception {
    Listener listener =
        run(
            SamplingOptions.greedy(),
            LogProbabilityOptions.ofAnswer(0).withScope(Scope.PROMPT_AND_ANSWER),
            0);
    assertThat(listener.prompt).hasSize(PROMPT.length - 1);
    assertThat(listener.answer).isEmpty();
    assertThat(listener.collector.tokens()).isEmpty();
  }

  @Test
  void aPromptThatWasPutBackIsScoredOnce() throws Exception {
    Semaphore steps = new Semaphore(0);
    KvShape shape = new KvShape(1, 1, 2, 24, 8, KvType.F16);
    FakeDecoder decoder = new FakeDecoder(96, shape, 16, steps);
    LogProbabilityOptions options =
        LogProbabilityOptions.ofAnswer(4).withScope(Scope.PROMPT_AND_ANSWER);
    Listener listener = new Listener();
    try (Engine engine = new Engine(decoder, 96, 1)) {
      engine.generate(request(SamplingOptions.greedy(), options, 2), listener);
      decoder.awaitStep(0);
      Terms urgent = new Terms(1, "", Optional.empty(), Guesses.NONE);
      engine.generate(
          List.of(Requests.greedy(Requests.prompt(9, 5), 2)), List.of(new Collector()), urgent);
      steps.release(1_000);
      listener.collector.await();
      assertThat(engine.gauge().timesPutBack()).isEqualTo(1);
    }
    assertThat(listener.prompt).hasSize(PROMPT.length - 1);
    for (int position = 1; position < PROMPT.length; position++) {
      assertThat(listener.prompt.get(position - 1))
          .as("position %d", position)
          .isEqualTo(
              LogProbabilities.ofLogits(
                  FakeDecoder.logits(Arrays.copyOf(PROMPT, position)), PROMPT[position], 4));
    }
  }

  @Test
  void nothingIsToldWhereNothingIsAskedFor() throws Exception {
    Listener listener = run(SamplingOptions.greedy(), LogProbabilityOptions.NONE, 5);
    assertThat(listener.prompt).isEmpty();
    assertThat(listener.answer).isEmpty();
  }

  private static Listener run(
      SamplingOptions sampling, LogProbabilityOptions options, int maxTokens) throws Exception {
    Listener listener = new Listener();
    try (Engine engine = new Engine(new FakeDecoder(96, 24, 8, 16), 96, 4)) {
      // the prompt's beginning is known already: it is scored all the same
      Collector before = new Collector();
      engine.generate(Requests.greedy(PROMPT, maxTokens), before);
      before.await();
      engine.generate(request(sampling, options, maxTokens), listener);
      listener.collector.await();
    }
    return listener;
  }

  private static Request request(
      SamplingOptions sampling, LogProbabilityOptions options, int maxTokens) {
    Request plain = Requests.greedy(PROMPT, maxTokens);
    return new Request(
        PROMPT,
        maxTokens,
        new Request.Drawing(sampling, id -> false, id -> new byte[0], Optional.empty()),
        plain.stops(),
        plain.decoder(),
        options);
  }

  private static int[] join(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static final class Listener implements AnswerListener {
    private final Collector collector = new Collector();
    private final List<TokenProbability> prompt = new ArrayList<>();
    private final List<TokenProbability> answer = new ArrayList<>();

    @Override
    public void token(AnswerToken token) {
      collector.token(token);
      token.probability().ifPresent(answer::add);
    }

    @Override
    public void promptProbability(TokenProbability probability) {
      prompt.add(probability);
    }

    @Override
    public void ended(String rest, Outcome outcome) {
      collector.ended(rest, outcome);
    }

    @Override
    public void failed(Throwable cause) {
      collector.failed(cause);
    }
  }
}
