package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import puna.AnswerOptions.OnContextFull;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.model.Decoder;

/// Answers as futures, and all views of one that is started by a listener.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswerFutureTest {
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("hello"));
  private static final ChatOptions ENDLESS =
      ChatOptions.greedy()
          .withMaxTokens(Integer.MAX_VALUE)
          .withFormat(ResponseFormat.regex("a{200}"));
  private static final ChatOptions SHORT = ENDLESS.withFormat(ResponseFormat.regex("a{5}"));

  private final Semaphore steps = new Semaphore(1_000_000);
  private Llama llama = open(decoder());

  private Decoder decoder() {
    return new FakeDecoder(96, new KvShape(1, 1, 2, 48, 8, KvType.F16), 8, steps);
  }

  private static Llama open(Decoder decoder) {
    return TinyLlama.open(decoder, TinyTokenizer.ofBytes());
  }

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  @Test
  void aFutureIsTheWholeAnswer() throws Exception {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, SHORT);
    CompletableFuture<ChatMessage> message = answer.toCompletableFuture();
    CompletableFuture<String> text = answer.generation().toCompletableFuture();
    assertThat(message).isNotDone();
    assertThat(text).isNotDone();
    steps.release(1_000_000);
    assertThat(message.get()).isEqualTo(ChatMessage.assistant("aaaaa")).isEqualTo(answer.message());
    assertThat(text.get()).isEqualTo("aaaaa");
    assertThat(answer.toCompletableFuture().get()).as("of one that ended").isEqualTo(message.get());
    assertThat(text.thenApply(String::length).join()).isEqualTo(5);
  }

  @Test
  void anAnswerThatIsCutShortIsWholeInThisSense() {
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    assertThat(answer.toCompletableFuture().join().text()).isEqualTo(answer.text());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
  }

  @Test
  void aFutureFailsWithItsAnswer() {
    llama.close();
    llama = open(new FailingDecoder(decoder(), 5));
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    for (CompletableFuture<?> future :
        List.of(answer.toCompletableFuture(), answer.generation().toCompletableFuture())) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(future::get)
          .withCauseInstanceOf(GenerationException.class);
    }
  }

  @Test
  void aFutureFailsWhereTheContextIsFull() {
    ChatAnswer answer = llama.chat(HELLO, ENDLESS.withOnContextFull(OnContextFull.THROW));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> answer.toCompletableFuture().get())
        .withCauseInstanceOf(ContextFullException.class);
  }

  @Test
  void cancellingAFutureCancelsItsAnswer() {
    for (boolean mayInterrupt : new boolean[] {true, false}) {
      steps.drainPermits();
      ChatAnswer answer = llama.chat(List.of(ChatMessage.user("a".repeat(80))), ENDLESS);
      CompletableFuture<ChatMessage> first = answer.toCompletableFuture();
      CompletableFuture<String> second = answer.generation().toCompletableFuture();
      assertThat(first.cancel(mayInterrupt)).isTrue();
      assertThatExceptionOfType(CancellationException.class).isThrownBy(first::join);
      steps.release(1_000_000);
      assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.generation().tokens()).as("cancelled in the prompt").isEmpty();
      assertThat(second.join()).as("what came").isEmpty();
    }
  }

  @Test
  void whatDependsOnAFutureDoesNotCancelItsAnswer() {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, SHORT);
    CompletableFuture<ChatMessage> future = answer.toCompletableFuture();
    assertThat(future.thenApply(ChatMessage::text).cancel(true)).isTrue();
    steps.release(1_000_000);
    assertThat(future.join().text()).isEqualTo("aaaaa");
  }

  @Test
  void aFutureMayTimeOutAndLeavesItsAnswerAlone() {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, SHORT);
    CompletableFuture<ChatMessage> future =
        answer.toCompletableFuture().orTimeout(1, TimeUnit.MILLISECONDS);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(future::get)
        .withCauseInstanceOf(TimeoutException.class);
    assertThat(answer.isFinished()).isFalse();
    steps.release(1_000_000);
    assertThat(answer.text()).isEqualTo("aaaaa");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void closingTheModelCompletesAFuture() {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    CompletableFuture<ChatMessage> future = answer.toCompletableFuture();
    answer.close();
    steps.release(1_000_000);
    llama.close();
    assertThat(future.join()).isEqualTo(answer.message());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
  }

  @Test
  void viewsMayBeMadeOnTheEnginesOwnThread() {
    List<ChatAnswer> answers = new ArrayList<>();
    List<CompletableFuture<?>> futures = new ArrayList<>();
    List<RecordingSubscriber<?>> subscribers = new ArrayList<>();
    llama.score(
        Prompt.text("hello"),
        ScoreOptions.defaults(),
        (position, logits) -> {
          if (position == 0) {
            ChatAnswer answer = llama.chat(HELLO, SHORT);
            answers.add(answer);
            futures.add(answer.toCompletableFuture());
            futures.add(answer.generation().toCompletableFuture());
            subscribers.add(RecordingSubscriber.of(answer, Long.MAX_VALUE));
            RecordingSubscriber<String> pieces = RecordingSubscriber.of(answer.generation(), 2);
            subscribers.add(pieces);
            pieces.subscription().request(3); // only waits for its own thread to begin
          }
        });
    assertThat(futures.get(0).join()).isEqualTo(ChatMessage.assistant("aaaaa"));
    assertThat(futures.get(1).join()).isEqualTo("aaaaa");
    subscribers.forEach(RecordingSubscriber::awaitThread);
    List<ChatEvent> events = answers.getFirst().stream().toList();
    assertThat(List.<Object>copyOf(subscribers.get(0).elements())).isEqualTo(events);
    assertThat(subscribers.get(1).elements()).hasSize(5);
  }

  @Test
  void anAnswerMayBeCancelledThroughAnyViewOnTheEnginesOwnThread() {
    List<ChatAnswer> answers = new ArrayList<>();
    llama.score(
        Prompt.text("hello"),
        ScoreOptions.defaults(),
        (position, logits) -> {
          ChatAnswer answer = llama.chat(HELLO, ENDLESS);
          if (position == 0) {
            answer.toCompletableFuture().cancel(true);
          } else {
            RecordingSubscriber.of(answer, 1).subscription().cancel();
          }
          answers.add(answer);
        });
    assertThat(answers)
        .hasSizeGreaterThan(2)
        .allMatch(answer -> answer.finishReason() == FinishReason.CANCELLED);
  }
}
