package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.token.TextDecoder;

/// How answers end: with which times, which text, and what is told before.
@Timeout(60)
class AnswerEndsTest {
  private static final int CONTEXT = 96;
  private static final long HELD = TimeUnit.MILLISECONDS.toNanos(20);

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 24, 8, KvType.F16), 16, steps);

  @Test
  void theTimesOfAnAnswerAddUp() throws Exception {
    long begun = System.nanoTime();
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      Collector first = new Collector();
      Collector second = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 3), first);
      decoder.awaitStep(0);
      engine.generate(Requests.greedy(Requests.prompt(2, 5), 1), second);
      holdStepsAfter(0, 1);
      steps.release(100);
      Outcome outcome = first.await();
      Outcome waited = second.await();
      long all = System.nanoTime() - begun;
      assertThat(outcome.promptNanos()).isGreaterThanOrEqualTo(HELD);
      assertThat(outcome.firstTokenNanos()).isEqualTo(outcome.queueNanos() + outcome.promptNanos());
      assertThat(outcome.decodeNanos()).isGreaterThanOrEqualTo(HELD);
      assertThat(outcome.firstTokenNanos() + outcome.decodeNanos()).isLessThanOrEqualTo(all);
      // it waited for the place of the first
      assertThat(waited.queueNanos()).isBetween(2 * HELD, all);
      assertThat(waited.promptNanos()).isBetween(0L, all - waited.queueNanos());
      assertThat(waited.firstTokenNanos()).isEqualTo(waited.queueNanos() + waited.promptNanos());
      assertThat(waited.decodeNanos()).isZero(); // its first token is its last
    }
  }

  @Test
  void anAnswerOfNoTokenHasTheTimeOfItsPrompt() throws Exception {
    long begun = System.nanoTime();
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      Collector answer = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 0), answer);
      holdStepsAfter(0);
      Outcome outcome = answer.await();
      assertThat(outcome.promptNanos()).isBetween(HELD, System.nanoTime() - begun);
      assertThat(outcome.firstTokenNanos()).isZero();
      assertThat(outcome.decodeNanos()).isZero();
    }
  }

  @Test
  void anAnswerThatNeverBeganWaitedAllTheTime() throws Exception {
    long begun = System.nanoTime();
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 2), new Collector());
      decoder.awaitStep(0);
      Collector waiting = new Collector();
      engine.generate(Requests.greedy(Requests.prompt(2, 5), 2), waiting).cancel();
      holdStepsAfter(0);
      Outcome outcome = waiting.await();
      steps.release(100);
      assertThat(outcome.ending()).isEqualTo(Ending.CANCELLED);
      assertThat(outcome.queueNanos()).isBetween(HELD, System.nanoTime() - begun);
      assertThat(outcome.promptNanos()).isZero();
      assertThat(outcome.firstTokenNanos()).isZero();
      assertThat(outcome.decodeNanos()).isZero();
      assertThat(outcome.cachedTokens()).isZero();
    }
  }

  @Test
  void anAnswerThatNobodyWantsEnds() throws Exception {
    Collector forgotten =
        new Collector() {
          @Override
          public boolean isWanted() {
            return tokens().length < 2;
          }
        };
    steps.release(1000);
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      engine.generate(Requests.greedy(Requests.prompt(1, 5), 50), forgotten);
      assertThat(forgotten.await().ending()).isEqualTo(Ending.CANCELLED);
      assertThat(forgotten.tokens()).hasSize(2);
    }
  }

  @Test
  void aTokenIsSettledOnceNoTextIsHeldBehindIt() throws Exception {
    String whole = Requests.text(FakeDecoder.greedy(Requests.prompt(1, 9), 6));
    // its beginning comes, its end does not
    Held held = new Held();
    Outcome outcome = run(request(6, List.of(whole.substring(1, 3) + "~"), new Late("", "")), held);
    assertThat(outcome.ending()).isEqualTo(Ending.MAX_TOKENS);
    assertThat(outcome.stop()).isEmpty();
    assertThat(held.settled).containsExactly(true, false, false, true, true, true);
    assertThat(held.text()).isEqualTo(whole);
  }

  @Test
  void aTokenOfHalfACharacterIsNotSettled() throws Exception {
    Held held = new Held();
    Outcome outcome = run(request(3, List.of(), new Late("half", "é")), held);
    assertThat(outcome.ending()).isEqualTo(Ending.MAX_TOKENS);
    assertThat(held.settled).containsExactly(false, false, false);
    assertThat(held.text()).endsWith("é");
  }

  @Test
  void textThatCameOutAtTheEndMayCompleteAStopString() throws Exception {
    Held held = new Held();
    Outcome outcome = run(request(3, List.of("é!"), new Late("", "é!?")), held);
    assertThat(outcome.ending()).isEqualTo(Ending.STOP_STRING);
    assertThat(outcome.stop()).hasValue("é!");
    assertThat(held.text()).isEqualTo(Requests.text(held.tokens()));
  }

  @Test
  void anAnswerThatWasCancelledStaysSo() throws Exception {
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      Held held = new Held();
      Sequence sequence = engine.generate(request(9, List.of("é!"), new Late("", "é!?")), held);
      decoder.awaitStep(0);
      sequence.cancel();
      steps.release(100);
      Outcome outcome = held.await();
      assertThat(outcome.ending()).isEqualTo(Ending.CANCELLED);
      assertThat(outcome.stop()).isEmpty();
      assertThat(held.text()).doesNotContain("é");
    }
  }

  private Outcome run(Request request, Held held) throws Exception {
    steps.release(1000);
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      engine.generate(request, held);
      return held.await();
    }
  }

  /// Lets each step that comes after so many others take its time.
  private void holdStepsAfter(int... done) throws InterruptedException {
    for (int before : done) {
      decoder.awaitStep(before);
      TimeUnit.NANOSECONDS.sleep(HELD);
      steps.release();
    }
  }

  private static Request request(int maxTokens, List<String> stops, Late late) {
    int[] prompt = Requests.prompt(1, 9);
    Request plain = Requests.greedy(prompt, maxTokens);
    return new Request(
        prompt,
        maxTokens,
        plain.sampling(),
        new Request.Stops(stops, id -> false),
        new LateText(plain.decoder(), late));
  }

  /// @param held what is held all the time; empty for nothing
  /// @param rest what comes out at the end
  private record Late(String held, String rest) {}

  /// Letters, with more at the end.
  private record LateText(TextDecoder letters, Late late) implements TextDecoder {
    @Override
    public String append(int id) {
      return letters.append(id);
    }

    @Override
    public boolean isHolding() {
      return !late.held().isEmpty();
    }

    @Override
    public String finish() {
      return late.rest();
    }
  }

  private static final class Held extends Collector {
    private final List<Boolean> settled = new ArrayList<>();

    @Override
    public synchronized void token(AnswerToken token) {
      settled.add(token.isSettled());
      super.token(token);
    }
  }
}
