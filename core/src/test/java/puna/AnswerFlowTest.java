package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.AnswerOptions.OnContextFull;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.AnswerException;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.model.Decoder;

/// Answers for subscribers, by the rules of `java.util.concurrent.Flow`.
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswerFlowTest {
  private static final int CONTEXT = 96;
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("hello"));
  private static final ChatOptions ENDLESS = repeating(200);

  private final Semaphore steps = new Semaphore(1_000_000);
  private Llama llama = open(decoder());

  private Decoder decoder() {
    return new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 48, 8, KvType.F16), 8, steps);
  }

  private static Llama open(Decoder decoder) {
    return TinyLlama.open(decoder, TinyTokenizer.ofBytes());
  }

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  /// For answers of so many letters, each a token.
  private static ChatOptions repeating(int letters) {
    return ChatOptions.greedy()
        .withMaxTokens(Integer.MAX_VALUE)
        .withFormat(ResponseFormat.regex("a{%s}".formatted(letters)));
  }

  /// Two views that are read in different elements.
  private static List<Answer<?, ?>> views(ChatAnswer answer) {
    return List.of(answer, answer.generation());
  }

  @Test
  void demandIsRespectedOneByOne() {
    for (Answer<?, ?> view : views(llama.chat(HELLO, repeating(5)))) {
      List<?> all = view.stream().toList();
      RecordingSubscriber<?> subscriber = RecordingSubscriber.of(view, 0);
      for (int count = 0; count < all.size(); count++) {
        subscriber.awaitElements(count);
        assertThat(subscriber.elements()).hasSize(count);
        assertThat(subscriber.completions()).isZero();
        subscriber.subscription().request(1);
      }
      subscriber.awaitThread();
      requireWhole(subscriber, all);
    }
  }

  @Test
  void theEndIsToldWithoutDemand() {
    Generation empty =
        llama.generate(Prompt.text("hello"), GenerationOptions.greedy().withMaxTokens(0));
    RecordingSubscriber<String> subscriber = RecordingSubscriber.of(empty, 0);
    subscriber.awaitThread();
    requireWhole(subscriber, List.of());
  }

  @ParameterizedTest
  @ValueSource(longs = {6, 7, 1_000_000, Long.MAX_VALUE})
  void demandMayBeMoreThanThereIs(long demand) {
    ChatAnswer answer = llama.chat(HELLO, repeating(5));
    RecordingSubscriber<ChatEvent> subscriber =
        new RecordingSubscriber<>(
            subscription -> subscription.request(demand),
            (subscription, count) -> subscription.request(demand)); // never overflows
    answer.publisher().subscribe(subscriber);
    subscriber.awaitThread();
    requireWhole(subscriber, answer.stream().toList());
    assertThat(subscriber.elements()).hasSize(6).last().isInstanceOf(ChatEvent.Finished.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aDemandOfNothingIsAnError(long demand) {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(List.of(ChatMessage.user("a".repeat(80))), ENDLESS);
    awaitStepWithoutPermit(); // so that the first refusal cannot end the answer before the second
    List<RecordingSubscriber<?>> subscribers = new ArrayList<>();
    for (Answer<?, ?> view : views(answer)) {
      RecordingSubscriber<?> subscriber = RecordingSubscriber.of(view, 1);
      subscriber.subscription().request(demand);
      subscriber.subscription().request(demand);
      subscribers.add(subscriber);
    }
    steps.release(1_000_000);
    for (RecordingSubscriber<?> subscriber : subscribers) {
      subscriber.awaitThread();
      requireRefused(subscriber, demand);
      assertThat(subscriber.elements()).isEmpty();
    }
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(answer.generation().tokens()).as("cancelled in the prompt").isEmpty();
  }

  @Test
  void aDemandOfNothingIsAnErrorWhereverItIsMade() {
    ChatAnswer answer = llama.chat(HELLO, repeating(5));
    answer.message();
    RecordingSubscriber<ChatEvent> inOnNext =
        new RecordingSubscriber<>(
            subscription -> subscription.request(Long.MAX_VALUE),
            (subscription, count) -> subscription.request(count - 3));
    answer.publisher().subscribe(inOnNext);
    inOnNext.awaitThread();
    requireRefused(inOnNext, -2);
    assertThat(inOnNext.elements()).hasSize(1);
    RecordingSubscriber<String> atTheEnd =
        new RecordingSubscriber<>(
            subscription -> subscription.request(5),
            (subscription, count) -> subscription.request(count == 5 ? 0 : 1));
    answer.generation().publisher().subscribe(atTheEnd);
    atTheEnd.awaitThread();
    requireRefused(atTheEnd, 0);
    assertThat(atTheEnd.elements()).hasSize(5);
    RecordingSubscriber<String> ofNothing =
        new RecordingSubscriber<>(
            subscription -> subscription.request(0), (subscription, count) -> {});
    llama
        .generate(Prompt.text("hello"), GenerationOptions.greedy().withMaxTokens(0))
        .publisher()
        .subscribe(ofNothing);
    ofNothing.awaitThread();
    requireRefused(ofNothing, 0);
  }

  private void awaitStepWithoutPermit() {
    while (!steps.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
  }

  private static void requireRefused(RecordingSubscriber<?> subscriber, long demand) {
    assertThat(subscriber.completions()).isZero();
    assertThat(subscriber.errors())
        .singleElement()
        .isInstanceOf(IllegalArgumentException.class)
        .hasToString(
            "java.lang.IllegalArgumentException: a subscriber must request 1 or more, found "
                + demand);
  }

  @Test
  void cancellingInOnNextEndsTheAnswer() {
    BiConsumer<Flow.Subscription, Integer> cancel =
        (subscription, count) -> {
          if (count == 3) {
            subscription.cancel();
            subscription.cancel();
            subscription.request(Long.MAX_VALUE);
            subscription.request(0); // does nothing any more
          }
        };
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    RecordingSubscriber<ChatEvent> subscriber =
        new RecordingSubscriber<>(subscription -> subscription.request(Long.MAX_VALUE), cancel);
    answer.publisher().subscribe(subscriber);
    steps.release(4);
    subscriber.awaitElements(3);
    steps.release(1_000_000);
    requireCancelled(subscriber, answer, 3);
    assertThat(answer.generation().tokens()).hasSizeLessThan(6);
  }

  @Test
  void cancellingFromAnotherThreadEndsTheAnswer() {
    for (long demand : new long[] {2, Long.MAX_VALUE}) {
      steps.drainPermits();
      ChatAnswer answer = llama.chat(HELLO, ENDLESS);
      RecordingSubscriber<ChatEvent> subscriber = RecordingSubscriber.of(answer, demand);
      steps.release(3);
      subscriber.awaitElements(2); // and waits for demand, or for the answer
      subscriber.subscription().cancel();
      steps.release(1_000_000);
      subscriber.awaitThread();
      assertThat(subscriber.elements()).hasSizeBetween(2, 3);
      requireCancelled(subscriber, answer, subscriber.elements().size());
    }
  }

  @Test
  void aCancelBeforeTheFirstElementIsHeard() {
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    RecordingSubscriber<ChatEvent> subscriber =
        new RecordingSubscriber<>(Flow.Subscription::cancel, (subscription, count) -> {});
    answer.publisher().subscribe(subscriber);
    subscriber.awaitThread();
    assertThat(subscriber.elements()).isEmpty();
    assertThat(subscriber.errors()).isEmpty();
    assertThat(subscriber.completions()).isZero();
  }

  private static void requireCancelled(
      RecordingSubscriber<?> subscriber, ChatAnswer answer, int elements) {
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
    subscriber.awaitThread();
    assertThat(subscriber.elements()).hasSize(elements);
    assertThat(subscriber.errors()).isEmpty();
    assertThat(subscriber.completions()).isZero();
  }

  @Test
  void aSubscriberThatThrowsEndsTheAnswer() {
    IllegalStateException full = new IllegalStateException("disk full");
    Consumer<Flow.Subscription> ask = subscription -> subscription.request(Long.MAX_VALUE);
    List<RecordingSubscriber<ChatEvent>> subscribers =
        List.of(
            new RecordingSubscriber<>(subscription -> fail(full), (subscription, count) -> {}),
            new RecordingSubscriber<>(ask, (subscription, count) -> fail(full)));
    for (RecordingSubscriber<ChatEvent> subscriber : subscribers) {
      steps.drainPermits();
      ChatAnswer answer = llama.chat(HELLO, ENDLESS);
      answer.publisher().subscribe(subscriber);
      steps.release(3);
      subscriber.awaitThread();
      steps.release(1_000_000);
      requireCancelled(subscriber, answer, subscribers.indexOf(subscriber));
      assertThat(answer.generation().tokens()).hasSizeLessThan(5);
      assertThat(subscriber.uncaught())
          .hasMessage("a subscriber of an answer threw")
          .hasCause(full);
    }
  }

  private static void fail(IllegalStateException e) {
    throw e;
  }

  @Test
  void allSubscribersGetTheSameFromTheBeginning() {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, repeating(9));
    Flow.Publisher<ChatEvent> publisher = answer.publisher();
    List<RecordingSubscriber<ChatEvent>> subscribers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      subscribers.add(RecordingSubscriber.asking(Long.MAX_VALUE));
      publisher.subscribe(subscribers.getLast());
    }
    steps.release(5);
    subscribers.forEach(subscriber -> subscriber.awaitElements(3));
    subscribers.add(RecordingSubscriber.of(answer, Long.MAX_VALUE));
    steps.release(1_000_000);
    List<ChatEvent> all = answer.stream().toList();
    subscribers.add(RecordingSubscriber.asking(Long.MAX_VALUE));
    publisher.subscribe(subscribers.getLast());
    for (RecordingSubscriber<ChatEvent> subscriber : subscribers) {
      subscriber.awaitThread();
      requireWhole(subscriber, all);
    }
    assertThat(all).hasSize(10);
  }

  @Test
  void anAnswerThatBreaksOffIsAnError() {
    llama.close();
    llama = open(new FailingDecoder(decoder(), 5));
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    for (Answer<?, ?> view : views(answer)) {
      RecordingSubscriber<?> subscriber = RecordingSubscriber.of(view, Long.MAX_VALUE);
      subscriber.awaitThread();
      assertThat(subscriber.elements()).isNotEmpty().hasSizeLessThan(5);
      assertThat(subscriber.completions()).isZero();
      assertThat(subscriber.errors())
          .singleElement()
          .isInstanceOf(GenerationException.class)
          .isInstanceOf(AnswerException.class);
    }
  }

  @Test
  void aFullContextIsAnErrorWhereThatIsAskedFor() {
    ChatAnswer answer = llama.chat(HELLO, ENDLESS.withOnContextFull(OnContextFull.THROW));
    RecordingSubscriber<String> subscriber =
        RecordingSubscriber.of(answer.generation(), Long.MAX_VALUE);
    subscriber.awaitThread();
    assertThat(subscriber.elements()).hasSizeGreaterThan(50);
    assertThat(subscriber.errors()).singleElement().isInstanceOf(ContextFullException.class);
  }

  @Test
  void closingTheModelCompletesWhatCame() {
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    RecordingSubscriber<ChatEvent> before = RecordingSubscriber.of(answer, Long.MAX_VALUE);
    before.subscription();
    llama.close();
    before.awaitThread();
    RecordingSubscriber<ChatEvent> after = RecordingSubscriber.of(answer, Long.MAX_VALUE);
    after.awaitThread();
    requireWhole(before, answer.stream().toList());
    requireWhole(after, before.elements());
  }

  private static void requireWhole(RecordingSubscriber<?> subscriber, List<?> all) {
    assertThat(subscriber.errors()).isEmpty();
    assertThat(subscriber.completions()).isOne();
    assertThat(List.<Object>copyOf(subscriber.elements())).isEqualTo(all);
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void subscribersAreNotNull() {
    Flow.Publisher<ChatEvent> publisher = llama.chat(HELLO, repeating(5)).publisher();
    assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
  }

  @Test
  void aStreamGivesWhatTheIteratorGives() {
    ChatAnswer answer = llama.chat(HELLO, repeating(5));
    for (Answer<?, ?> view : views(answer)) {
      List<Object> iterated = new ArrayList<>();
      view.iterator().forEachRemaining(iterated::add);
      assertThat(view.stream().<Object>map(element -> element).toList()).isEqualTo(iterated);
      assertThat(view.stream().parallel().<Object>map(element -> element).toList())
          .isEqualTo(iterated);
      assertThat(view.stream().count()).isEqualTo(iterated.size());
    }
    assertThat(answer.generation().stream().collect(java.util.stream.Collectors.joining()))
        .isEqualTo("aaaaa");
  }

  @Test
  void aStreamWaitsForNoMoreThanItNeeds() {
    steps.drainPermits();
    ChatAnswer answer = llama.chat(HELLO, repeating(9));
    steps.release(6);
    assertThat(answer.generation().stream().limit(2)).containsExactly("a", "a");
    assertThat(answer.isFinished()).isFalse();
    steps.release(1_000_000);
    assertThat(answer.text()).as("nobody cancelled it").isEqualTo("aaaaaaaaa");
  }

  @Test
  void aStreamOfAnAnswerThatBreaksOffThrows() {
    llama.close();
    llama = open(new FailingDecoder(decoder(), 5));
    ChatAnswer answer = llama.chat(HELLO, ENDLESS);
    assertThatExceptionOfType(GenerationException.class)
        .isThrownBy(() -> answer.stream().forEach(event -> {}));
  }
}
