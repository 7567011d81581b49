package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;

/// The blocks that a sequence takes up, holds and gives back, where chunks of 64 positions, four
/// blocks, are near.
class SequenceBlocksTest {
  private static final int BLOCKS = 40;
  private static final int WIDTH = 16;
  private static final int[] TEXT = Requests.prompt(1, 300);

  private final BlockPool pool = pool(20);

  private static BlockPool pool(int nearBlocks) {
    NearLayers near = new NearLayers(Set.of(1), new Visibility.Chunked(64), nearBlocks);
    return new BlockPool(
        new KvShape(2, 1, 2, BLOCKS, WIDTH, KvType.F16).with(near), block -> {}, null);
  }

  @Test
  void aStepThatFitsIsGivenNearLayersAndOneThatDoesNotFitIsGivenNothing() {
    BlockPool three = pool(3);
    Sequence sequence = sequence(100);
    assertThat(sequence.reserveWithNear(three, 32)).isTrue();
    assertThat(three.near().available()).isEqualTo(1);
    assertThat(sequence.reserveWithNear(three, 48)).isTrue();
    assertThat(three.near().available()).isZero();
    assertThat(sequence.reserveWithNear(three, 49)).isFalse();
    assertThat(sequence.blocks()).hasSize(3);
    assertThat(sequence.reserveWithNear(three, 40)).isTrue(); // it has them
  }

  @Test
  void countsTheNearLayersThatItMayStillNeedBesideThoseItHolds() {
    Sequence sequence = sequence(160);
    int most = pool.near().most(160, 2);
    assertThat(most).isEqualTo(8);
    assertThat(sequence.nearToCome(pool, 2)).isEqualTo(8);
    assertThat(sequence.reserveWithNear(pool, 80)).isTrue();
    assertThat(sequence.nearToCome(pool, 2)).isEqualTo(3);
    sequence.advance(pool, 64); // four are read no more
    assertThat(sequence.nearToCome(pool, 2)).isEqualTo(7);
    assertThat(sequence.reserveWithNear(pool, 160)).isTrue();
    assertThat(sequence.nearToCome(pool, 2)).isEqualTo(2);
  }

  @Test
  void needsNoMoreNearLayersWhereItHoldsMoreThanItWillNeed() {
    Sequence sequence = sequence(160);
    assertThat(sequence.reserveWithNear(pool, 160)).isTrue();
    assertThat(sequence.nearToCome(pool, 2)).isZero();
  }

  @Test
  void givesNearLayersBackOnceTheirChunkIsBehindIt() {
    Sequence sequence = sequence(160);
    assertThat(sequence.reserveWithNear(pool, 160)).isTrue();
    assertThat(pool.near().available()).isEqualTo(10);
    sequence.advance(pool, 63);
    assertThat(pool.near().available()).isEqualTo(10);
    sequence.advance(pool, 1);
    assertThat(pool.near().available()).isEqualTo(14);
    sequence.advance(pool, 64);
    assertThat(pool.near().available()).isEqualTo(18);
  }

  @Test
  void givesAllBackWhetherOrNotTheyHaveNearLayers() {
    Sequence sequence = sequence(200);
    assertThat(sequence.reserveWithNear(pool, 112)).isTrue();
    sequence.advance(pool, 64);
    assertThat(sequence.reserve(pool, 200)).isTrue();
    assertThat(pool.near().available()).isEqualTo(17);
    sequence.release(pool);
    assertThat(pool.near().available()).isEqualTo(20);
    assertThat(pool.available()).isEqualTo(BLOCKS);
    assertThat(sequence.computed()).isZero();
  }

  @Test
  void whatIsTakenUpHoldsTheNearLayersThatAreReadBehindIt() {
    int[] known = compute(160);
    Sequence sequence = sequence(161);
    sequence.share(pool);
    assertThat(sequence.blocks()).containsExactly(known);
    assertThat(sequence.computed()).isEqualTo(160);
    assertThat(pool.near().available()).isEqualTo(18);
    sequence.release(pool);
    assertThat(pool.near().available()).isEqualTo(20);
  }

  @Test
  void goesOnWhereNearLayersOfAKnownBeginningAreMissing() {
    int[] known = compute(160);
    pool.near().drop(known[8]);
    Sequence sequence = sequence(161);
    sequence.share(pool);
    assertThat(sequence.blocks()).containsExactly(Arrays.copyOf(known, 8));
    assertThat(sequence.computed()).isEqualTo(128);
    assertThat(pool.available()).isEqualTo(BLOCKS - 8); // those behind are held by nobody
    sequence.release(pool);
    assertThat(pool.available()).isEqualTo(BLOCKS);
  }

  @Test
  void whatItComputesBehindAKnownBeginningIsKnownInTurn() {
    int[] known = compute(160);
    pool.near().drop(known[8]);
    pool.near().drop(known[9]);
    compute(160);
    Sequence next = sequence(161);
    next.share(pool);
    assertThat(next.computed()).isEqualTo(160);
  }

  @Test
  void whatItComputesFromTheStartIsKnownAlthoughABeginningWasOfNoUse() {
    for (int block : compute(48)) {
      pool.near().drop(block);
    }
    Sequence again = sequence(49);
    again.share(pool);
    assertThat(again.computed()).isZero();
    again.release(pool);
    compute(48);
    Sequence next = sequence(49);
    next.share(pool);
    assertThat(next.computed()).isEqualTo(48);
  }

  @Test
  void computesItsLastTokenAlsoWhereAllOfItIsKnown() {
    compute(64);
    Sequence unanswered =
        sequence(64, new AnswerTask(Requests.greedy(text(64), 0), new Collector(), 64, 512));
    unanswered.share(pool);
    assertThat(unanswered.computed()).isEqualTo(48);
  }

  /// Computes the text's first tokens and gives their blocks back.
  ///
  /// @return the blocks
  private int[] compute(int tokens) {
    Sequence sequence = sequence(tokens);
    sequence.share(pool);
    assertThat(sequence.reserveWithNear(pool, tokens)).isTrue();
    sequence.advance(pool, tokens - sequence.computed());
    int[] blocks = sequence.blocks();
    sequence.release(pool);
    return blocks;
  }

  private static Sequence sequence(int tokens) {
    return sequence(
        tokens, new AnswerTask(Requests.greedy(text(tokens), 4), new Collector(), 64, 512));
  }

  private static Sequence sequence(int tokens, Task task) {
    return new Sequence(PromptContent.of(text(tokens)), task);
  }

  private static int[] text(int tokens) {
    return Arrays.copyOf(TEXT, tokens);
  }
}
