package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;

/// Who is given a place, who gives it up, and what callers are counted for.
class PlacesTest {
  private final BlockPool pool = new BlockPool(8, 4);
  private final Scheduler scheduler = new Scheduler(pool, new Scheduler.Limits(12, 4, 2));
  private int prompts;

  @Test
  void aHigherRankHasTheBlocksOfALowerAtOnce() {
    Sequence low = add(scheduler, 0, 20);
    assertThat(step()).containsExactly(low);
    Sequence high = add(scheduler, 1, 20);
    assertThat(step()).containsExactly(high);
    assertThat(low.blocks()).isEmpty();
  }

  @Test
  void theLowestRankGivesItsPlaceUpAlthoughItCameFirst() {
    Sequence low = add(scheduler, 0, 4);
    Sequence middle = add(scheduler, 1, 4);
    assertThat(step()).containsExactlyInAnyOrder(low, middle);
    Sequence high = add(scheduler, 2, 4);
    middle.append(1);
    assertThat(step()).containsExactlyInAnyOrder(high, middle);
  }

  @Test
  void ofOneRankWhoCameLastGivesItsPlaceUp() {
    Sequence first = add(scheduler, 0, 4);
    Sequence second = add(scheduler, 0, 4);
    assertThat(step()).containsExactlyInAnyOrder(first, second);
    Sequence high = add(scheduler, 1, 4);
    first.append(1);
    assertThat(step()).containsExactlyInAnyOrder(high, first);
  }

  @Test
  void whoGaveItsPlaceUpUnreadGoesOnBeforeThoseThatCameAfterwards() {
    Scheduler single = new Scheduler(pool, new Scheduler.Limits(12, 4, 1));
    Sequence unread = add(single, prompt(4), Terms.NONE, new Unread());
    assertThat(step(single)).containsExactly(unread);
    Sequence awaited = add(single, 0, 5);
    assertThat(step(single)).containsExactly(awaited);
    Sequence later = add(single, 0, 6);
    single.remove(awaited);
    assertThat(step(single)).containsExactly(unread);
    assertThat(later.isStarted()).isFalse();
  }

  @Test
  void aTextThatIsScoredKeepsItsPlaceWhoeverWaits() {
    Scheduler single = new Scheduler(pool, new Scheduler.Limits(4, 4, 1));
    Task scoring = new ScoringTask(0, (position, logits) -> {});
    Sequence scored = add(single, prompt(12), Terms.NONE, scoring, null);
    assertThat(step(single)).containsExactly(scored);
    add(single, 0, 4);
    assertThat(step(single)).containsExactly(scored);
  }

  @Test
  void anotherReadsASharedPromptWhereItsReaderIsGone() {
    SharedPrompt shared = new SharedPrompt(20);
    Sequence reader = add(shared);
    Sequence other = add(shared);
    assertThat(step()).containsExactly(reader);
    scheduler.remove(reader);
    assertThat(step()).containsExactly(other);
  }

  @Test
  void anotherMayReadASharedPromptWhereItsReaderWasPutBack() {
    SharedPrompt shared = new SharedPrompt(20);
    Sequence reader = add(shared);
    Sequence other = add(shared);
    assertThat(step()).containsExactly(reader);
    Sequence high = add(scheduler, 1, 20);
    assertThat(step()).containsExactly(high);
    assertThat(other.isAdmissible()).isTrue();
  }

  @Test
  void nearLayersThatNobodyIsPromisedAreCounted() {
    Scheduler near = near();
    assertThat(near.spareNear()).isEqualTo(20);
    add(near, 0, 160);
    step(near);
    assertThat(near.spareNear()).isEqualTo(11); // one is held, and eight are promised
    add(near, 0, 160);
    step(near);
    assertThat(near.spareNear()).isEqualTo(2);
  }

  @Test
  void whoNeedsTheLastNearLayersHasAPlaceAndWhoNeedsMoreWaits() {
    Scheduler near = near();
    List<Sequence> all = new ArrayList<>();
    all.add(add(near, 0, 160));
    all.add(add(near, 0, 160));
    all.add(add(near, 0, 32));
    Sequence more = add(near, 0, 33);
    assertThat(step(near)).containsExactlyInAnyOrderElementsOf(all);
    near.remove(all.getLast());
    assertThat(step(near)).hasSize(2).doesNotContain(more);
    near.remove(all.getFirst());
    assertThat(step(near)).contains(more);
  }

  /// Twenty blocks of forty can have near layers, of which a long sequence needs nine.
  private static Scheduler near() {
    NearLayers layers = new NearLayers(Set.of(1), new Visibility.Chunked(64), 20);
    KvShape shape = new KvShape(2, 1, 2, 40, 16, KvType.F16).with(layers);
    return new Scheduler(new BlockPool(shape, block -> {}, null), new Scheduler.Limits(12, 12, 4));
  }

  @Test
  void callersAreCountedForWhatIsReadAndTwiceForWhatIsGenerated() {
    Sequence sequence = add(scheduler, 0, 14);
    step();
    assertThat(sequence.share().served()).isEqualTo(12);
    step();
    assertThat(sequence.share().served()).isEqualTo(14);
    sequence.append(7);
    step();
    assertThat(sequence.share().served()).isEqualTo(16);
  }

  @Test
  void guessesThatCameTrueAreComputedAndCountAsGenerated() {
    Sequence sequence = add(scheduler, 0, 3);
    step();
    sequence.append(5);
    sequence.propose(new int[] {6, 7, 8}, 3);
    Step step = scheduler.next();
    scheduler.completed(step);
    for (int token : new int[] {6, 7, 9}) {
      sequence.append(token);
    }
    scheduler.told(step.part(0));
    assertThat(sequence.computed()).isEqualTo(6);
    assertThat(sequence.guessed()).isEqualTo(new Outcome.Guessed(1, 3, 2));
    assertThat(sequence.share().served()).isEqualTo(3 + 2 * 3);
  }

  @Test
  void whereAllGuessesCameTrueOneTokenIsPending() {
    Sequence sequence = add(scheduler, 0, 3);
    step();
    sequence.append(5);
    sequence.propose(new int[] {6, 7, 8}, 3);
    Step step = scheduler.next();
    scheduler.completed(step);
    for (int token : new int[] {6, 7, 8, 9}) {
      sequence.append(token);
    }
    scheduler.told(step.part(0));
    assertThat(sequence.pending()).isEqualTo(1);
  }

  @Test
  void aCallerWhoComesBackCountsAsServedLikeTheLeastOfThoseWhoStayed() {
    Sequence leaves = add(scheduler, prompt(3), terms(0, "away"), new Collector());
    Sequence stays = add(scheduler, prompt(9), terms(0, "here"), new Collector());
    assertThat(step()).containsExactlyInAnyOrder(leaves, stays);
    scheduler.remove(leaves);
    Sequence back = add(scheduler, prompt(3), terms(0, "away"), new Collector());
    assertThat(back.share().served()).isEqualTo(9);
  }

  private List<Sequence> step() {
    return step(scheduler);
  }

  /// Computes a step; whose it was.
  private static List<Sequence> step(Scheduler scheduler) {
    Step step = scheduler.next();
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < step.size(); i++) {
      sequences.add(step.part(i).sequence());
    }
    scheduler.completed(step);
    return sequences;
  }

  private Sequence add(Scheduler scheduler, int rank, int length) {
    return add(scheduler, prompt(length), terms(rank, ""), new Collector());
  }

  private static Sequence add(
      Scheduler scheduler, int[] prompt, Terms terms, AnswerListener listener) {
    return add(scheduler, prompt, terms, task(prompt, listener), null);
  }

  private Sequence add(SharedPrompt shared) {
    int[] prompt = Requests.prompt(1, 20);
    return add(scheduler, prompt, Terms.NONE, task(prompt, new Collector()), shared);
  }

  private static Sequence add(
      Scheduler scheduler, int[] prompt, Terms terms, Task task, @Nullable SharedPrompt shared) {
    Sequence.Growth growth = new Sequence.Growth(prompt.length, terms, 0);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, task, shared);
    scheduler.add(sequence);
    return sequence;
  }

  private static AnswerTask task(int[] prompt, AnswerListener listener) {
    return new AnswerTask(Requests.greedy(prompt, 50), listener, 64, 512);
  }

  private static Terms terms(int rank, String caller) {
    return new Terms(rank, caller, Optional.empty(), Guesses.NONE);
  }

  /// Another each time.
  private int[] prompt(int length) {
    return Requests.prompt(100 + prompts++, length);
  }

  private static final class Unread extends Collector {
    @Override
    public boolean isRead() {
      return false;
    }
  }
}
