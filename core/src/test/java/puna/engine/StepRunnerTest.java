package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import puna.events.AnswerRecord;
import puna.events.Recorder;
import puna.grammar.mask.TokenMask;

/// What is told, learned and written down of a step.
class StepRunnerTest {
  private static final int BLOCKS = 16;
  private static final int WIDTH = 8;

  /// What every step takes, by the decoder's clock.
  private static final long STEP_NANOS = 1_000_000;

  private final FakeDecoder decoder = new FakeDecoder(64, BLOCKS, WIDTH, 16);
  private final LongSupplier clock = decoder.clock();
  private final StepBudget budget = new StepBudget(STEP_NANOS, 16);
  private final Speculator speculator = new Speculator(null);
  private final CopyCosts copyCosts = new CopyCosts(WIDTH);
  private final BlockPool pool = new BlockPool(BLOCKS, WIDTH);
  private final Scheduler scheduler =
      new Scheduler(pool, new Scheduler.Limits(16, 8, 4), budget, speculator, clock);
  private final List<String> recorded = new ArrayList<>();
  private final StepRunner runner =
      new StepRunner(
          decoder,
          scheduler,
          new StepRunner.Learners(budget, speculator, copyCosts, clock),
          new ListingRecorder(recorded),
          () -> true);

  @Test
  void aStepIsRecordedWithWhatItReadsAndGenerates() {
    add(Requests.prompt(1, 10), new Collector());
    step();
    assertThat(recorded)
        .containsExactly("step", "of 1: 10 read, 0 generated", "draw", "of 1 drawn");
    recorded.clear();
    add(Requests.prompt(2, 5), new Collector());
    step();
    assertThat(recorded).containsExactly("step", "of 2: 5 read, 1 generated", "draw", "of 2 drawn");
  }

  @Test
  void whatAStepTookIsWrittenDownWithWhatItMightHaveRead() {
    Gauge gauge = scheduler.gauge();
    add(Requests.prompt(1, 10), new Collector());
    step();
    assertThat(gauge.steps()).isEqualTo(1);
    assertThat(gauge.stepNanos()).isEqualTo(STEP_NANOS);
    assertThat(gauge.promptBudget()).isEqualTo(16); // no answer was in a hurry
    step();
    assertThat(gauge.steps()).isEqualTo(2);
    assertThat(gauge.stepNanos()).isEqualTo(STEP_NANOS);
    assertThat(gauge.promptBudget()).isEqualTo(10); // as many as the first step read
  }

  @Test
  void stepsThatOnlyReadSayWhetherCopiesOfBlocksPay() {
    copyCosts.out(STEP_NANOS);
    assertThat(copyCosts.isKept()).isTrue(); // nothing is known of computing
    add(Requests.prompt(1, 16), new Collector());
    step(); // two blocks in the time of one copy
    assertThat(copyCosts.isKept()).isFalse();
    step(); // which generates
    assertThat(copyCosts.isKept()).isFalse();
  }

  @Test
  void anAnswerHearsOfItsTokensAndGoesWhenItIsDone() throws Exception {
    Collector heard = new Collector();
    int[] prompt = Requests.prompt(1, 10);
    add(prompt, heard);
    step();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 1));
    step();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 2));
    assertThat(heard.await().ending()).isEqualTo(Ending.MAX_TOKENS);
    assertNothingIsLeft();
  }

  @Test
  void anAnswerThatEndsAmongItsGuessesHearsOfNoMoreAndGoes() throws Exception {
    int[] prompt = Requests.prompt(1, 10);
    int[] answer = FakeDecoder.greedy(prompt, 5);
    Collector heard = new Collector();
    Sequence sequence = add(Requests.greedy(prompt, 3), heard);
    step();
    sequence.propose(new int[] {answer[1], answer[2], answer[3]}, 3);
    step();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 3));
    assertThat(heard.await().ending()).isEqualTo(Ending.MAX_TOKENS);
    assertNothingIsLeft();
  }

  @Test
  void anAnswerWhoseFormIsCompleteAmongItsGuessesGoes() throws Exception {
    int[] prompt = Requests.prompt(1, 10);
    int[] answer = FakeDecoder.greedy(prompt, 5);
    Request plain = Requests.greedy(prompt, 9);
    Request.Drawing drawing =
        new Request.Drawing(
            plain.sampling(), id -> false, id -> new byte[0], Optional.of(new Three()));
    Collector heard = new Collector();
    Sequence sequence =
        add(
            new Request(
                prompt, 9, drawing, plain.stops(), plain.decoder(), plain.logProbabilities()),
            heard);
    step();
    sequence.propose(new int[] {answer[1], answer[2], answer[3]}, 3);
    step();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 3));
    assertThat(heard.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
    assertNothingIsLeft();
  }

  /// Any three tokens.
  private static final class Three implements TokenMask {
    private int count;

    @Override
    public boolean apply(float[] logits) {
      return count < 3;
    }

    @Override
    public void accept(int token) {
      count++;
    }
  }

  @Test
  void anAnswerWhoseTokenCannotBeDrawnFailsAndGoes() {
    Collector heard = new Collector();
    add(new int[] {3, FakeDecoder.NAN_TOKEN}, heard);
    step();
    assertThat(heard.hasEnded()).isTrue();
    assertThatThrownBy(heard::await).hasMessageContaining("NaN");
    assertNothingIsLeft();
  }

  @Test
  void anAnswerWhoseListenerThrowsFailsAndGoes() {
    Collector broken =
        new Collector() {
          @Override
          public synchronized void token(AnswerToken token) {
            throw new IllegalStateException("the reader has hung up");
          }
        };
    add(Requests.prompt(1, 10), broken);
    step();
    assertThatThrownBy(broken::await).hasMessageContaining("the reader has hung up");
    assertNothingIsLeft();
  }

  @Test
  void aStepThatFailsFailsThoseThatItWasComputedForAndNothingIsLearned() {
    Collector heard = new Collector();
    Collector other = new Collector();
    add(new int[] {3, FakeDecoder.FAILING_TOKEN}, heard);
    add(Requests.prompt(1, 4), other);
    step();
    assertThatThrownBy(heard::await).hasMessageContaining("the device is on fire");
    assertThatThrownBy(other::await).hasMessageContaining("the device is on fire");
    assertThat(recorded).containsExactly("step", "of 2: 6 read, 0 generated");
    assertThat(scheduler.gauge().steps()).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aStepThatWasLeftChangesNothing() {
    decoder.leavingSteps();
    Collector heard = new Collector();
    Sequence sequence = add(Requests.prompt(1, 10), heard);
    Step step = scheduler.next();
    sequence.cancel();
    runner.run(step, clock.getAsLong());
    assertThat(sequence.computed()).isZero();
    assertThat(heard.hasEnded()).isFalse(); // those that end it tell of it
    assertThat(scheduler.gauge().steps()).isZero();
    assertThat(recorded).containsExactly("step", "of 1: 10 read, 0 generated");
  }

  private void assertNothingIsLeft() {
    assertThat(scheduler.isIdle()).isTrue();
    assertThat(pool.available()).isEqualTo(BLOCKS);
  }

  private void step() {
    long start = clock.getAsLong();
    runner.run(scheduler.next(), start);
  }

  /// An answer of two tokens.
  private Sequence add(int[] prompt, Collector listener) {
    return add(Requests.greedy(prompt, 2), listener);
  }

  private Sequence add(Request request, Collector listener) {
    AnswerTask answer = new AnswerTask(request, listener, 64, 64);
    Sequence sequence = new Sequence(request.content(), answer);
    scheduler.add(sequence);
    return sequence;
  }

  private record ListingRecorder(List<String> recorded) implements Recorder {
    @Override
    public void stepBegins() {
      recorded.add("step");
    }

    @Override
    public void stepEnds(int sequences, int prefillTokens, int decodeTokens) {
      recorded.add(
          "of %s: %s read, %s generated".formatted(sequences, prefillTokens, decodeTokens));
    }

    @Override
    public void drawBegins() {
      recorded.add("draw");
    }

    @Override
    public void drawEnds(int sequences) {
      recorded.add("of %s drawn".formatted(sequences));
    }

    @Override
    public void loadBegins() {}

    @Override
    public void loadEnds(String file, long bytes, long packNanos, String tier) {}

    @Override
    public Optional<AnswerRecord> answerBegins() {
      return Optional.empty();
    }
  }
}
