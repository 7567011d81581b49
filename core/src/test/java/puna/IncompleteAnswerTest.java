package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.AnswerException;
import puna.error.AnswerInterruptedException;
import puna.error.JsonException;
import puna.json.JsonType;

/// Answers that are cut short where only a whole one is of use. This model never ends one of its
/// own accord.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class IncompleteAnswerTest {
  private static final int CONTEXT = 400;
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("hello"));

  private final Semaphore steps = new Semaphore(1_000_000);
  private final FakeDecoder decoder = decoder(CONTEXT);
  private Llama llama = open(decoder);

  private FakeDecoder decoder(int context) {
    KvShape shape = new KvShape(1, 1, 2, context / 8 + 8, 8, KvType.F16);
    return new FakeDecoder(context, shape, 16, steps);
  }

  private static Llama open(FakeDecoder decoder) {
    return TinyLlama.open(new EndlessDecoder(decoder), TinyTokenizer.ofBytes());
  }

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  /// In letters that the tiny vocabulary has.
  private enum Metal {
    COLD,
    GOLD
  }

  private record Flag(boolean up) {}

  private static IncompleteAnswerException thrownBy(ThrowingCallable call) {
    return catchThrowableOfType(IncompleteAnswerException.class, call);
  }

  @Test
  void aTextThatFillsTheContext() {
    int prompt = llama.prompt(HELLO, ChatOptions.defaults()).tokens(llama.tokenizer()).length;
    IncompleteAnswerException e = thrownBy(() -> llama.ask("hello"));
    assertThat(e)
        .isInstanceOf(AnswerException.class)
        .hasNoCause()
        .hasMessage(
            "the answer is not whole, it ended with CONTEXT_FULL after %d tokens; ask by chat to"
                + " read what came",
            CONTEXT - prompt);
    assertThat(e.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    assertThat(e.partialText()).hasSizeGreaterThan(CONTEXT / 2);
  }

  @Test
  void aTextOfTheMostTokens() {
    llama.close();
    llama = open(decoder(2 * AnswerOptions.DEFAULT_MAX_TOKENS));
    IncompleteAnswerException e = thrownBy(() -> llama.ask("hello"));
    assertThat(e)
        .hasMessageStartingWith("the answer is not whole, it ended with LENGTH after 1024 tokens;");
    assertThat(e.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(e.partialText()).hasSizeGreaterThan(AnswerOptions.DEFAULT_MAX_TOKENS / 2);
  }

  @Test
  void aTypedAnswerThatFillsTheContext() {
    IncompleteAnswerException ofClass = thrownBy(() -> llama.ask("hello", String.class));
    assertThat(ofClass)
        .hasMessageStartingWith(
            "the answer is no java.lang.String, it ended with CONTEXT_FULL after ")
        .hasCauseInstanceOf(JsonException.class);
    assertThat(ofClass.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    assertThat(ofClass.partialText()).startsWith("\"").hasSizeGreaterThan(50);
    IncompleteAnswerException ofType =
        thrownBy(() -> llama.ask("hello", new JsonType<List<String>>() {}));
    assertThat(ofType)
        .hasMessageStartingWith(
            "the answer is no java.util.List<java.lang.String>, it ended with ");
    assertThat(ofType.partialText()).startsWith("[");
  }

  @Test
  void aTypedAnswerOfTheMostTokens() {
    ChatOptions options =
        ChatOptions.greedy().withFormat(ResponseFormat.jsonOf(Flag.class)).withMaxTokens(4);
    ChatAnswer answer = llama.chat(HELLO, options);
    IncompleteAnswerException e = thrownBy(() -> answer.as(Flag.class));
    assertThat(e)
        .hasMessageStartingWith("the answer is no Flag, it ended with LENGTH after 4 tokens: ")
        .hasCauseInstanceOf(JsonException.class);
    assertThat(e.partialText()).isEqualTo(answer.text()).hasSize(4);
    assertThat(e.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aTextThatIsNoSuchValueAtAll() {
    ChatOptions options = ChatOptions.greedy().withFormat(ResponseFormat.choices("yes"));
    ChatAnswer answer = llama.chat(HELLO, options);
    IncompleteAnswerException e = thrownBy(() -> answer.as(new JsonType<List<Flag>>() {}));
    assertThat(e).hasMessageContaining("it ended with STOP after ");
    assertThat(e.partialText()).isEqualTo("yes");
    assertThat(e.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void aWholeValueIsGivenWhateverElse() {
    assertThat(llama.ask("hello", Metal.class)).isIn((Object[]) Metal.values());
    assertThat(llama.ask("hello", new JsonType<Flag>() {})).isInstanceOf(Flag.class);
  }

  @Test
  void anAnswerThatIsCancelledMeanwhile() throws InterruptedException {
    for (boolean isTyped : new boolean[] {false, true}) {
      steps.drainPermits();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      FakeDecoder others = decoder(CONTEXT);
      Llama asked = open(others);
      Thread asking =
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> thrown.set(e))
              .start(() -> {
                Object _ = isTyped ? asked.ask("hello", String.class) : asked.ask("hello");
              });
      awaitSteps(others);
      Thread closing = Thread.startVirtualThread(asked::close);
      while (closing.getState() != Thread.State.WAITING) {
        Thread.onSpinWait(); // for the step that waits for its permit
      }
      steps.release(1_000_000);
      closing.join();
      asking.join();
      assertThat(thrown.get())
          .isInstanceOfSatisfying(
              IncompleteAnswerException.class,
              e -> {
                assertThat(e).hasMessageContaining("it ended with CANCELLED after ");
                assertThat(e.finishReason()).isEqualTo(FinishReason.CANCELLED);
                assertThat(e.partialText()).isNotEmpty().hasSizeLessThan(40);
              });
    }
  }

  @Test
  void aThreadThatIsInterruptedWhileItAsks() throws InterruptedException {
    steps.drainPermits();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread asking =
        Thread.ofVirtual()
            .uncaughtExceptionHandler((_, e) -> thrown.set(e))
            .start(() -> {
              String _ = llama.ask("hello");
            });
    awaitSteps(decoder);
    asking.interrupt();
    asking.join();
    assertThat(thrown.get()).isInstanceOf(AnswerInterruptedException.class);
  }

  /// Returns when twenty steps are done and the next one waits for its permit.
  private void awaitSteps(FakeDecoder asked) {
    steps.release(20);
    asked.awaitStep(20);
  }
}
