package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.AnswerOptions.OnContextFull;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.engine.Engine;
import puna.engine.FakeDecoder;
import puna.error.AnswerInterruptedException;
import puna.error.ChatTemplateException;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.sample.SamplingOptions;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

@Timeout(60)
class LlamaTest {
  private static final int CONTEXT = 96;
  private static final GenerationOptions GREEDY = GenerationOptions.greedy().withMaxTokens(12);

  private final Tokenizer tokenizer = TinyTokenizer.create(true);
  private final Semaphore steps = new Semaphore(1_000_000);
  private final AtomicInteger released = new AtomicInteger();
  private final Llama llama = open(tokenizer, Optional.of(new TinyTemplate()));

  @AfterEach
  void closes() {
    llama.close();
    llama.close();
    assertThat(released).hasValue(1);
  }

  @Test
  void goesOnWithAText() {
    Generation answer = llama.generate(Prompt.text("HELLO"), GREEDY);
    assertThat(answer.promptTokens()).startsWith(TinyTokenizer.BOS);
    int[] expected = untilEnd(FakeDecoder.greedy(answer.promptTokens(), 12));
    assertThat(answer.tokens()).isEqualTo(expected);
    assertThat(answer.text()).isEqualTo(text(expected, false));
    assertThat(answer.usage())
        .isEqualTo(new Usage(answer.promptTokens().length, 0, expected.length));
    assertThat(answer.isFinished()).isTrue();
  }

  @Test
  void streamsTheSameTextToEveryReader() {
    Generation answer = llama.generate(Prompt.text("HELLO"), GREEDY);
    StringBuilder heard = new StringBuilder();
    answer.forEach(heard::append);
    StringBuilder iterated = new StringBuilder();
    for (String piece : answer) {
      iterated.append(piece);
    }
    assertThat(heard.toString()).isEqualTo(answer.text()).isEqualTo(iterated.toString());
    assertThat(heard).isNotEmpty();
  }

  @Test
  void timingsTellWhereTheTimeWent() {
    Timings timings = llama.generate(Prompt.text("HELLO"), GREEDY).timings();
    assertThat(timings.promptNanos()).isPositive();
    assertThat(timings.firstTokenNanos()).isGreaterThanOrEqualTo(timings.promptNanos());
    assertThat(timings.decodeNanos()).isPositive();
    assertThat(timings.promptTokensPerSecond()).isPositive();
    assertThat(timings.decodeTokensPerSecond()).isPositive();
    assertThat(timings.loadNanos()).isEqualTo(5);
  }

  @Test
  void specialTokensInTextAreTextUnlessAskedFor() {
    int[] asText = llama.generate(Prompt.text("A<end>"), GREEDY).promptTokens();
    int[] recognised = llama.generate(Prompt.textWithSpecials("A<end>"), GREEDY).promptTokens();
    assertThat(asText).doesNotContain(TinyTokenizer.TURN_END);
    assertThat(recognised).endsWith(TinyTokenizer.TURN_END);
  }

  @Test
  void chatsInTheModelsFormatAndEndsWithTheTurn() {
    List<ChatMessage> messages = List.of(ChatMessage.user("HI<end>"));
    int[] prompt = llama.prompt(messages, ChatOptions.defaults()).tokens(tokenizer);
    assertThat(prompt).startsWith(TinyTokenizer.BOS).endsWith(TinyTokenizer.TURN_END);
    assertThat(prompt).containsOnlyOnce(TinyTokenizer.TURN_END);
    Generation answer =
        llama.chat(messages, ChatOptions.greedy().withMaxTokens(Integer.MAX_VALUE)).generation();
    int[] all = FakeDecoder.greedy(prompt, CONTEXT - prompt.length);
    int[] expected = untilEnd(all, TinyTokenizer.TURN_END);
    assertThat(answer.tokens()).isEqualTo(expected);
    assertThat(answer.finishReason())
        .isEqualTo(expected.length < all.length ? FinishReason.STOP : FinishReason.CONTEXT_FULL);
  }

  @Test
  void manyThreadsGetWhatEachWouldAlone() throws InterruptedException {
    int count = 24;
    List<Thread> threads = new ArrayList<>();
    AtomicReferenceArray<Generation> answers = new AtomicReferenceArray<>(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      String prompt = "ABCDEFGH".repeat(i % 6).concat("X".repeat(i));
      threads.add(
          Thread.startVirtualThread(
              () -> answers.set(number, llama.generate(Prompt.text(prompt), GREEDY))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < count; i++) {
      Generation answer = answers.get(i);
      assertThat(answer.tokens())
          .as("answer %d", i)
          .isEqualTo(untilEnd(FakeDecoder.greedy(answer.promptTokens(), 12)));
    }
  }

  @Test
  void aSeedGivesTheSameAnswerAloneAndInACrowd() {
    GenerationOptions options =
        GREEDY.withSampling(SamplingOptions.defaults().withSeed(5).withTemperature(1.5f));
    String alone = llama.generate(Prompt.text("SEED"), options).text();
    List<Generation> crowd = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      crowd.add(llama.generate(Prompt.text("SEED" + "X".repeat(i)), options));
    }
    assertThat(crowd.getFirst().text()).isEqualTo(alone);
  }

  @Test
  void stopStringsAreNotInTheText() {
    String whole = llama.generate(Prompt.text("HELLO"), GREEDY.withMaxTokens(40)).text();
    String stop = whole.substring(3, 6);
    Generation answer = llama.generate(Prompt.text("HELLO"), GREEDY.withStopStrings(List.of(stop)));
    assertThat(answer.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void furtherStopTokensEndTheAnswer() {
    int[] tokens = llama.generate(Prompt.text("HELLO"), GREEDY).tokens();
    Generation answer =
        llama.generate(Prompt.text("HELLO"), GREEDY.withStopTokens(Set.of(tokens[2])));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.tokens()).endsWith(tokens[2]).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void noTokensIsAnEmptyAnswer() {
    Generation answer = llama.generate(Prompt.text("HELLO"), GREEDY.withMaxTokens(0));
    assertThat(answer.text()).isEmpty();
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.usage().completionTokens()).isZero();
    assertThat(llama.generate(Prompt.text("HELLO"), GREEDY.withMaxTokens(1)).tokens()).hasSize(1);
  }

  @Test
  void anEmptyPromptIsBosOrAnError() {
    assertThat(llama.generate(Prompt.text(""), GREEDY).promptTokens())
        .containsExactly(TinyTokenizer.BOS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(new int[0]), GREEDY))
        .withMessageStartingWith("the prompt is empty");
    try (Llama withoutBos = open(TinyTokenizer.create(false), Optional.empty())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> withoutBos.generate(Prompt.text(""), GREEDY))
          .withMessageStartingWith("the prompt is empty");
      assertThatExceptionOfType(ChatTemplateException.class)
          .isThrownBy(() -> withoutBos.ask("HI"))
          .withMessageContaining("no chat format");
    }
    released.set(0);
  }

  @Test
  void refusesWhatDoesNotFitTheModel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(new int[] {3, 64}), GREEDY))
        .withMessage("token 1 of the prompt must be from 0 to 63, found 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.text("A"), GREEDY.withStopTokens(Set.of(99))))
        .withMessage("stopTokens must name tokens from 0 to 63, found 99");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            llama.generate(
                Prompt.text("A"),
                GREEDY.withSampling(SamplingOptions.greedy().withLogitBias(Map.of(64, 1f)))))
        .withMessage("logitBias must name tokens from 0 to 63, found 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.prompt(List.of(), ChatOptions.defaults()))
        .withMessageContaining("at least one message");
  }

  @Test
  void aPromptLongerThanTheContextIsRefusedWithBothSizes() {
    int[] prompt = new int[CONTEXT + 1];
    Arrays.fill(prompt, 7);
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(() -> llama.generate(Prompt.tokens(prompt), GREEDY))
        .withMessage("the prompt has 97 tokens, the context has room for 96");
  }

  @Test
  void aFullContextIsAReasonOrAnExceptionByOption() {
    int[] prompt = new int[CONTEXT - 1];
    Arrays.fill(prompt, 7);
    Generation finished = llama.generate(Prompt.tokens(prompt), GREEDY);
    assertThat(finished.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    Generation thrown =
        llama.generate(Prompt.tokens(prompt), GREEDY.withOnContextFull(OnContextFull.THROW));
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(thrown::text)
        .withMessage("prompt and answer have 96 tokens, the context has room for 96");
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(() -> thrown.forEach(piece -> {}));
  }

  @Test
  void cancellingEndsTheAnswerFromAnyThread() throws InterruptedException {
    steps.drainPermits();
    Generation answer =
        llama.generate(Prompt.text("HELLO"), GREEDY.withMaxTokens(Integer.MAX_VALUE));
    Thread canceller = Thread.startVirtualThread(answer::cancel);
    canceller.join();
    steps.release(1_000_000);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    answer.cancel();
    answer.close();
  }

  @Test
  void closingWakesWhoeverWaits() throws InterruptedException {
    steps.drainPermits();
    Generation answer =
        llama.generate(Prompt.text("HELLO"), GREEDY.withMaxTokens(Integer.MAX_VALUE));
    AtomicReference<String> text = new AtomicReference<>();
    Thread reader = Thread.startVirtualThread(() -> text.set(answer.text()));
    awaitStepWithoutPermit(steps);
    Thread closer = Thread.startVirtualThread(llama::close);
    // closing waits for the step that waits for its permit
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    steps.release(1_000_000);
    closer.join();
    reader.join();
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(text.get()).isEqualTo(answer.text());
  }

  @Test
  void refusesToWorkAfterClosing() {
    llama.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> llama.generate(Prompt.text("A"), GREEDY))
        .withMessage("this model has been closed: tiny");
    assertThatIllegalStateException().isThrownBy(() -> llama.ask("A"));
    assertThatIllegalStateException()
        .isThrownBy(() -> llama.score(Prompt.tokens(1, 2), ScoreOptions.defaults()));
    assertThatCode(llama::info).doesNotThrowAnyException();
  }

  @Test
  void aFailureReachesWhoeverReadsTheAnswer() {
    Generation answer =
        llama.generate(Prompt.tokens(new int[] {FakeDecoder.FAILING_TOKEN}), GREEDY);
    assertThatExceptionOfType(GenerationException.class)
        .isThrownBy(answer::text)
        .withMessage("the answer broke off: the device is on fire");
    assertThat(llama.generate(Prompt.text("HELLO"), GREEDY).text()).isNotEmpty();
  }

  @Test
  void anInterruptedReaderIsToldAndEndsTheAnswer() throws InterruptedException {
    steps.drainPermits();
    Generation answer = llama.generate(Prompt.text("HELLO"), GREEDY);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        Thread.ofVirtual()
            .uncaughtExceptionHandler((thread, e) -> thrown.set(e))
            .start(answer::text);
    reader.interrupt();
    reader.join();
    assertThat(thrown.get())
        .isInstanceOf(AnswerInterruptedException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    steps.release(1_000_000);
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(answer.tokens()).hasSizeLessThan(2);
  }

  @Test
  void scoresATextAndHandsItsLogitsOn() {
    int[] text = tokenizer.encode("A TEXT TO SCORE");
    List<Integer> positions = new ArrayList<>();
    Score score =
        llama.score(
            Prompt.tokens(text),
            ScoreOptions.defaults(),
            (position, logits) -> positions.add(position));
    assertThat(positions).hasSize(text.length).isSorted();
    assertThat(score.scoredTokens()).isEqualTo(text.length - 1);
    assertThat(score.perplexity())
        .isEqualTo(Math.exp(score.negativeLogLikelihood() / (text.length - 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.score(Prompt.tokens(text), ScoreOptions.defaults().withWindow(97)))
        .withMessage("window must be at most the context of 96, found 97");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.score(Prompt.tokens(text), ScoreOptions.defaults().withOverlap(96)))
        .withMessage("overlap must be less than the window of 96, found 96");
  }

  private Llama open(Tokenizer tokens, Optional<ChatTemplate> template) {
    KvShape shape = new KvShape(1, 1, 2, 24, 8, KvType.F16);
    Engine engine = new Engine(new FakeDecoder(CONTEXT, shape, 16, steps), CONTEXT, 8);
    ModelInfo info = TinyLlama.info(CONTEXT, "turns");
    return new Llama(new LoadedModel(engine, tokens, template, info, released::incrementAndGet));
  }

  private int[] untilEnd(int[] ids, int... turnEnds) {
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i];
      if (tokenizer.isEndOfGeneration(id) || Arrays.stream(turnEnds).anyMatch(end -> end == id)) {
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }

  private String text(int[] ids, boolean atStart) {
    TextDecoder decoder = tokenizer.decoder(atStart);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.append(id));
    }
    return text.append(decoder.finish()).toString();
  }

  /// Returns when a step has begun and cannot go on: whoever closes now has to wait for it.
  private static void awaitStepWithoutPermit(Semaphore steps) {
    while (!steps.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
  }
}
