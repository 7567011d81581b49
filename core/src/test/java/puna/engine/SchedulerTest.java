package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import puna.backend.Batch;
import puna.model.Batches;

class SchedulerTest {
  private final BlockPool pool = new BlockPool(8, 4);
  private final Scheduler scheduler = new Scheduler(pool, new Scheduler.Limits(12, 4, 4));

  @Test
  void hasNoStepWhereNothingWaits() {
    assertThat(scheduler.isIdle()).isTrue();
    assertThat(scheduler.next().size()).isZero();
  }

  @Test
  void readsAPromptInChunksAndAsksForItsLastLogitsOnly() {
    add(15);
    Batch first = step();
    assertThat(first.size()).isEqualTo(12);
    assertThat(Batches.outputs(first)).isEmpty();
    Batch second = step();
    assertThat(Batches.positions(second)).containsExactly(12, 13, 14);
    assertThat(Batches.outputs(second)).containsExactly(2);
  }

  @Test
  void sharesTheBatchEvenlyAmongPrompts() {
    add(16);
    add(16);
    Batch batch = step();
    assertThat(Batches.runCounts(batch)).containsExactly(6, 6);
  }

  @Test
  void givesWhatAShortPromptLeavesToTheLonger() {
    add(16);
    add(3);
    Batch batch = step();
    assertThat(Batches.runCounts(batch)).containsExactly(9, 3);
    assertThat(Batches.outputs(batch)).containsExactly(11);
  }

  @Test
  void decodesBeforeItReads() {
    add(16);
    Sequence decoding = add(2);
    step();
    decoding.append(7);
    Batch batch = step();
    assertThat(Batches.runCounts(batch)).containsExactly(1, 6);
    assertThat(batch.token(0)).isEqualTo(7);
  }

  @Test
  void admitsInOrderOfArrivalWhenThereAreBlocks() {
    add(24);
    Sequence second = add(12);
    Sequence third = add(4);
    step();
    // the second needs 3 of the 2 blocks that will be left, and the third does not overtake it
    step();
    assertThat(List.of(second.blocks(), third.blocks())).allMatch(blocks -> blocks.length == 0);
  }

  @Test
  void putsTheYoungestBackWhenBlocksRunOut() {
    Sequence old = add(15);
    Sequence young = add(15);
    while (old.pending() > 0 || young.pending() > 0) {
      step();
    }
    assertThat(pool.available()).isZero();
    for (int i = 0; i < 2; i++) {
      old.append(i);
    }
    young.append(1);
    Batch batch = step();
    assertThat(batch.runCount()).isEqualTo(1);
    assertThat(young.computed()).isZero();
    assertThat(old.blocks()).hasSize(5);
    assertThat(pool.available()).isEqualTo(3);
    scheduler.remove(old);
    // its three full blocks are still there
    assertThat(step().size()).isEqualTo(4);
    scheduler.remove(young);
    assertThat(pool.available()).isEqualTo(8);
    assertThat(scheduler.isIdle()).isTrue();
  }

  @Test
  void writesDownWhatRunsAndWhatWaits() {
    Gauge gauge = scheduler.gauge();
    add(10);
    add(24);
    scheduler.measure();
    assertThat(gauge.waiting()).isEqualTo(2);
    assertThat(gauge.waitingTokens()).isEqualTo(34);
    assertThat(gauge.running()).isZero();
    assertThat(gauge.runningTokens()).isZero();
    assertThat(gauge.blocksHeld()).isZero();
    step();
    scheduler.measure();
    assertThat(gauge.waiting()).isEqualTo(1); // three blocks are held, and it needs six
    assertThat(gauge.waitingTokens()).isEqualTo(24);
    assertThat(gauge.running()).isEqualTo(1);
    assertThat(gauge.runningTokens()).isEqualTo(10);
    assertThat(gauge.blocksHeld()).isEqualTo(3);
    assertThat(gauge.blocksReusable()).isZero();
    scheduler.removeIf(sequence -> sequence.size() == 10, sequence -> {});
    scheduler.measure();
    assertThat(gauge.running()).isZero();
    assertThat(gauge.blocksHeld()).isZero();
    assertThat(gauge.blocksReusable()).isEqualTo(2);
    assertThat(gauge.timesPutBack()).isZero();
  }

  @Test
  void countsTheBlocksThatNobodyHoldsOrIsPromised() {
    assertThat(scheduler.spareBlocks()).isEqualTo(8);
    add(5, 14);
    add(2, 3);
    step(); // of two blocks and one, beside which two are promised
    assertThat(pool.available()).isEqualTo(5);
    assertThat(scheduler.spareBlocks()).isEqualTo(3);
  }

  @Test
  void aStepIsWantedAsLongAsHalfOfItsTokensAre() {
    Sequence one = add(4);
    Sequence other = add(4);
    Step step = scheduler.next();
    assertThat(step.batch().size()).isEqualTo(8);
    assertThat(step.isWanted()).isTrue();
    one.cancel();
    assertThat(step.isWanted()).isTrue();
    other.cancel();
    assertThat(step.isWanted()).isFalse();
  }

  @Test
  void dismissesOfThoseThatWaitOnlyThoseThatAreMeant() {
    Sequence runs = add(30);
    step();
    Sequence first = add(20);
    Sequence second = add(21);
    List<Sequence> removed = new ArrayList<>();
    scheduler.removeWaitingIf(sequence -> sequence != second, removed::add);
    assertThat(removed).containsExactly(first);
    assertThat(first.isGone()).isTrue();
    assertThat(second.isGone()).isFalse();
    scheduler.removeIf(sequence -> sequence != second, removed::add);
    assertThat(removed).containsExactly(first, runs);
    assertThat(step().size()).isEqualTo(12); // the second's turn has come
    assertThat(scheduler.isIdle()).isFalse();
  }

  @Test
  void takesUpTheBeginningOfTheSameContentAlone() {
    int[] prompt = Requests.prompt(1, 11);
    ContentKey key = ContentKey.of((byte) 1);
    ContentKey otherKey = ContentKey.of((byte) 2);
    List<PromptContent> contents =
        List.of(
            PromptContent.of(prompt),
            new PromptContent(prompt, List.of(), key),
            new PromptContent(prompt, List.of(), otherKey),
            new PromptContent(prompt, List.of(new PromptContent.Image(5, 2, key)), ContentKey.NONE),
            new PromptContent(
                prompt, List.of(new PromptContent.Image(5, 2, otherKey)), ContentKey.NONE));
    // an image leaves the block before it as that of the text
    int[] known = {0, 0, 0, 4, 4};
    BlockPool large = new BlockPool(64, 4);
    for (int i = 0; i < contents.size(); i++) {
      assertThat(knownOf(contents.get(i), large)).as("content %d", i).isEqualTo(known[i]);
      assertThat(knownOf(contents.get(i), large)).as("content %d again", i).isEqualTo(8);
    }
  }

  /// Positions of a content that the pool knows; afterwards it knows all full blocks.
  private static int knownOf(PromptContent content, BlockPool pool) {
    Scheduler alone = new Scheduler(pool, new Scheduler.Limits(12, 4, 4));
    AnswerTask answer =
        new AnswerTask(Requests.greedy(content.tokens(), 50), new Collector(), 64, 32);
    Sequence sequence = new Sequence(content, answer);
    alone.add(sequence);
    Step step = alone.next();
    int known = sequence.computed();
    alone.completed(step);
    alone.remove(sequence);
    return known;
  }

  private Batch step() {
    Step step = scheduler.next();
    assertThat(step.size()).isPositive();
    scheduler.completed(step);
    return step.batch();
  }

  private Sequence add(int length, int most) {
    int[] prompt = Requests.prompt(length, length);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 50), new Collector(), 64, 32);
    Sequence.Growth growth = new Sequence.Growth(most, Terms.NONE, 0);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, answer, null);
    scheduler.add(sequence);
    return sequence;
  }

  private Sequence add(int length) {
    int[] prompt = Requests.prompt(100 + pool.available() + length * 7L, length);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 50), new Collector(), 64, 32);
    Sequence sequence = new Sequence(PromptContent.of(prompt), answer);
    scheduler.add(sequence);
    return sequence;
  }
}
