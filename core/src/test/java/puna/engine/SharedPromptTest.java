package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.sample.SamplingOptions;
import puna.sample.chain.AnswerSeeds;

/// Several answers to one prompt.
@Timeout(60)
class SharedPromptTest {
  private static final int BLOCK = 8;

  @Test
  void thePromptIsReadOnce() throws Exception {
    FakeDecoder decoder = new FakeDecoder(96, 48, BLOCK, 16);
    int[] prompt = Requests.prompt(1, 45);
    List<Collector> answers = collectors(5);
    try (Engine engine = new Engine(decoder, 96, 8)) {
      engine.generate(requests(prompt, 5, 10), answers, Terms.NONE);
      for (int i = 0; i < 5; i++) {
        assertThat(answers.get(i).await().cachedTokens()).isEqualTo(i == 0 ? 0 : 40);
      }
    }
    int computed = decoder.batchSizes().stream().mapToInt(Integer::intValue).sum();
    // the prompt, what is left of its last block for each other answer, and nine tokens each
    assertThat(computed).isEqualTo(45 + 4 * 5 + 5 * 9);
  }

  @Test
  void eachAnswerIsWhatItWouldBeAlone() throws Exception {
    int[] prompt = Requests.prompt(2, 30);
    List<int[]> alone = new ArrayList<>();
    for (Request request : requests(prompt, 4, 12)) {
      try (Engine engine = new Engine(new FakeDecoder(96, 12, BLOCK, 16), 96, 8)) {
        Collector answer = new Collector();
        engine.generate(request, answer);
        answer.await();
        alone.add(answer.tokens());
      }
    }
    // 12 blocks are too few for all: some are put back and go on later
    try (Engine engine = new Engine(new FakeDecoder(96, 12, BLOCK, 16), 96, 8)) {
      List<Collector> answers = collectors(4);
      engine.generate(requests(prompt, 4, 12), answers, Terms.NONE);
      for (int i = 0; i < 4; i++) {
        answers.get(i).await();
        assertThat(answers.get(i).tokens()).isEqualTo(alone.get(i));
      }
    }
    assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
  }

  @Test
  void cancellingTheReaderLetsAnotherRead() throws Exception {
    Semaphore steps = new Semaphore(1);
    KvShape shape = new KvShape(1, 1, 2, 48, BLOCK, KvType.F16);
    FakeDecoder decoder = new FakeDecoder(96, shape, 16, steps);
    int[] prompt = Requests.prompt(1, 45);
    List<Collector> answers = collectors(3);
    try (Engine engine = new Engine(decoder, 96, 8)) {
      List<Sequence> sequences = engine.generate(requests(prompt, 3, 10), answers, Terms.NONE);
      sequences.getFirst().cancel();
      steps.release(1000);
      assertThat(answers.getFirst().await().ending()).isEqualTo(Ending.CANCELLED);
      for (int i = 1; i < 3; i++) {
        assertThat(answers.get(i).await().ending()).isEqualTo(Ending.MAX_TOKENS);
      }
      assertThat(answers.get(2).await().cachedTokens()).isEqualTo(40);
    }
  }

  @Test
  void othersPassWhileAnswersWaitForTheirPrompt() throws Exception {
    FakeDecoder decoder = new FakeDecoder(96, 48, BLOCK, 4);
    try (Engine engine = new Engine(decoder, 96, 2)) {
      List<Collector> answers = collectors(3);
      engine.generate(requests(Requests.prompt(1, 60), 3, 10), answers, Terms.NONE);
      Collector other = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(9, 3), 2), other);
      assertThat(other.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      for (Collector answer : answers) {
        assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      }
    }
  }

  @Test
  void othersAreAdmittedOnceAllOfThePromptIsRead() {
    SharedPrompt prompt = new SharedPrompt(10);
    Sequence reader = sequence();
    Sequence other = sequence();
    assertThat(prompt.admits(reader)).isTrue();
    prompt.admitted(reader);
    assertThat(prompt.admits(reader)).isTrue();
    assertThat(prompt.admits(other)).isFalse();
    prompt.computed(9);
    assertThat(prompt.admits(other)).isFalse();
    prompt.computed(10);
    assertThat(prompt.admits(other)).isTrue();
    prompt.computed(3); // one that begins again
    assertThat(prompt.admits(other)).isTrue();
  }

  @Test
  void anotherReadsWhereTheReaderIsGoneAndNotWhereOneThatWaitsIs() {
    SharedPrompt prompt = new SharedPrompt(10);
    Sequence reader = sequence();
    Sequence other = sequence();
    prompt.admitted(reader);
    prompt.left(sequence());
    assertThat(prompt.admits(other)).isFalse();
    prompt.left(reader);
    assertThat(prompt.admits(other)).isTrue();
  }

  private static Sequence sequence() {
    int[] prompt = Requests.prompt(1, 10);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 4), new Collector(), 64, 32);
    return new Sequence(PromptContent.of(prompt), answer);
  }

  @Test
  void refusesAnotherPrompt() {
    try (Engine engine = new Engine(new FakeDecoder(96, 12, BLOCK, 16), 96, 8)) {
      List<Request> requests =
          List.of(Requests.greedy(new int[] {1, 2}, 3), Requests.greedy(new int[] {1, 3}, 3));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> engine.generate(requests, collectors(2), Terms.NONE))
          .withMessage("all requests must have the prompt of the first, found another in number 1");
    }
  }

  private static List<Collector> collectors(int count) {
    List<Collector> collectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      collectors.add(new Collector());
    }
    return collectors;
  }

  private static List<Request> requests(int[] prompt, int count, int maxTokens) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Request plain = Requests.greedy(prompt, maxTokens);
      requests.add(
          new Request(
              prompt,
              maxTokens,
              AnswerSeeds.of(SamplingOptions.metaDefaults().withTemperature(2).withSeed(4), i),
              plain.stops(),
              plain.decoder()));
    }
    return requests;
  }
}
