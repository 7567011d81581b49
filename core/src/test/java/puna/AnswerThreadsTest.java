package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.AnswerInterruptedException;

/// Who may wait where, and what ends an answer or a model from which thread.
@Timeout(60)
class AnswerThreadsTest {
  private static final int CONTEXT = 96;
  private static final int BATCH = 8;
  private static final GenerationOptions ENDLESS =
      GenerationOptions.greedy().withMaxTokens(Integer.MAX_VALUE);
  private static final ChatOptions ENDLESS_CHAT =
      ChatOptions.greedy().withMaxTokens(Integer.MAX_VALUE);

  /// Longer than the context.
  private static final ChatOptions LONG = ENDLESS_CHAT.withFormat(ResponseFormat.regex("\\[{200}"));

  private static final int[] LONG_PROMPT = new int[90];
  private static final int[] TEXT = {1, 5, 6, 7};

  static {
    Arrays.fill(LONG_PROMPT, 7);
  }

  private final Semaphore steps = new Semaphore(1_000_000);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 48, 8, KvType.F16), BATCH, steps);
  private final AtomicInteger released = new AtomicInteger();
  private final CountDownLatch mayRelease = new CountDownLatch(1);
  private final Llama llama =
      new Llama(TinyLlama.load(decoder, TinyTokenizer.ofBytes(), this::release));

  private void release() {
    try {
      mayRelease.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    released.incrementAndGet();
  }

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    mayRelease.countDown();
    llama.close();
    assertThat(released).hasValue(1);
  }

  @Test
  void waitingOnTheEnginesOwnThreadIsRefused() {
    List<ChatAnswer> started = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Map<String, Throwable> thrown =
        onEnginesThread(() -> {
          // starting an answer there is no waiting
          ChatAnswer answer = llama.chat(List.of(ChatMessage.user("hello")), LONG);
          started.add(answer);
          Map<String, Runnable> waits = waits(answer);
          names.addAll(waits.keySet());
          return waits;
        });
    assertThat(thrown).containsOnlyKeys(names).hasSizeGreaterThan(15);
    assertThat(thrown.values())
        .allSatisfy(e ->
            assertThat(e)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a listener on the engine's own thread cannot "));
    FinishReason reason = started.getFirst().finishReason();
    assertThat(reason).as("nothing came of it").isEqualTo(FinishReason.CONTEXT_FULL);
  }

  private Map<String, Runnable> waits(ChatAnswer answer) {
    Generation generation = answer.generation();
    Map<String, Runnable> waits = new LinkedHashMap<>();
    waits.put("text", generation::text);
    waits.put("tokens", generation::tokens);
    waits.put("finishReason", generation::finishReason);
    waits.put("usage", generation::usage);
    waits.put("timings", generation::timings);
    waits.put("logProbabilities", generation::logProbabilities);
    waits.put("promptLogProbabilities", generation::promptLogProbabilities);
    waits.put("iterator", () -> generation.forEach(piece -> {}));
    waits.put("onText", () -> llama.generate(Prompt.text("hello"), ENDLESS).forEach(piece -> {}));
    waits.put(
        "onToken", () -> llama.generate(Prompt.text("hello"), ENDLESS).forEachToken(token -> {}));
    waits.put("message", answer::message);
    waits.put("chat text", answer::text);
    waits.put("events", () -> answer.forEach(event -> {}));
    waits.put("typed", () -> answer.as(String.class));
    waits.put("ask", () -> llama.ask("hello"));
    waits.put("score", () -> llama.score(Prompt.tokens(TEXT), ScoreOptions.defaults()));
    waits.put("embed", () -> llama.embed(List.of("hello"), EmbeddingOptions.defaults()));
    waits.put("close", llama::close);
    return waits;
  }

  @Test
  void anAnswerThatHasEndedIsReadOnAnyThread() {
    Generation generation = llama.generate(Prompt.text("hello"), ENDLESS);
    String text = generation.text();
    AtomicReference<String> read = new AtomicReference<>("");
    onEnginesThread(() -> Map.of("text", () -> read.set(generation.text())));
    assertThat(read).hasValue(text);
  }

  @Test
  void aCloseThatWasRefusedCanBeRepeated() {
    Map<String, Throwable> thrown = onEnginesThread(() -> Map.of("close", llama::close));
    assertThat(thrown).containsOnlyKeys("close");
    assertThat(llama.generate(Prompt.text("hello"), ENDLESS).text()).isNotEmpty();
    mayRelease.countDown();
    llama.close();
    assertThat(decoder.isClosed()).isTrue();
    assertThat(released).hasValue(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> llama.generate(Prompt.text("hello"), ENDLESS));
  }

  @Test
  void aSecondCloseWaitsForTheFirst() throws InterruptedException {
    Thread first = Thread.startVirtualThread(llama::close);
    awaitState(first, Thread.State.WAITING); // in what is released after the engine
    Thread second = Thread.startVirtualThread(llama::close);
    awaitState(second, Thread.State.WAITING);
    assertThat(released).hasValue(0);
    mayRelease.countDown();
    second.join();
    assertThat(released).hasValue(1);
    first.join();
  }

  @Test
  void cancellingEndsAnAnswerInTheMiddleOfItsPrompt() {
    steps.drainPermits();
    Generation answer = llama.generate(Prompt.tokens(LONG_PROMPT), ENDLESS);
    awaitSteps(2);
    answer.cancel();
    steps.release(1_000_000);
    requireCancelledInPrompt(answer);
  }

  @Test
  void interruptingWhoeverWaitsEndsTheAnswerInTheMiddleOfItsPrompt() throws InterruptedException {
    steps.drainPermits();
    Generation answer = llama.generate(Prompt.tokens(LONG_PROMPT), ENDLESS);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread reader =
        Thread.ofVirtual().uncaughtExceptionHandler((_, e) -> thrown.set(e)).start(answer::text);
    awaitSteps(2);
    reader.interrupt();
    reader.join();
    assertThat(thrown.get())
        .isInstanceOf(AnswerInterruptedException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    steps.release(1_000_000);
    requireCancelledInPrompt(answer);
  }

  private void requireCancelledInPrompt(Generation answer) {
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.tokens()).isEmpty();
    assertThat(decoder.batchSizes()).containsExactly(BATCH, BATCH, BATCH);
  }

  @Test
  void aConsumerThatThrowsEndsTheAnswer() {
    IllegalStateException full = new IllegalStateException("disk full");
    List<Consumer<ChatAnswer>> readers = new ArrayList<>();
    readers.add(answer -> answer.generation().forEach(text -> fail(full)));
    readers.add(answer -> answer.generation().forEachToken(token -> fail(full)));
    readers.add(answer -> answer.forEach(event -> fail(full)));
    readers.add(answer -> answer.forEachPartial(value -> fail(full)));
    for (Consumer<ChatAnswer> reader : readers) {
      steps.drainPermits();
      steps.release(3);
      ChatAnswer answer = llama.chat(List.of(ChatMessage.user("hi")), LONG);
      assertThatThrownBy(() -> reader.accept(answer)).isSameAs(full);
      steps.release(1_000_000);
      assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.generation().tokens()).hasSizeLessThan(5);
    }
  }

  private static void fail(IllegalStateException e) {
    throw e;
  }

  /// What is thrown by each action, on the thread that computes.
  private Map<String, Throwable> onEnginesThread(Supplier<Map<String, Runnable>> actions) {
    Map<String, Throwable> thrown = new LinkedHashMap<>();
    llama.score(
        Prompt.tokens(TEXT),
        ScoreOptions.defaults(),
        (position, logits) -> {
          if (position == 0) {
            actions
                .get()
                .forEach((name, action) -> {
                  try {
                    action.run();
                  } catch (RuntimeException e) {
                    thrown.put(name, e);
                  }
                });
          }
        });
    return thrown;
  }

  /// Returns when so many steps are done and the next one waits for its permit.
  private void awaitSteps(int count) {
    steps.release(count);
    decoder.awaitStep(count);
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }
}
