package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How the tokens of a step are dealt out.
class StepPlannerTest {
  private static final long ANY_TIME = Long.MAX_VALUE;

  private final Step step = new Step();
  private final List<Sequence> running = new ArrayList<>();

  @Test
  void guessesTakeTheRoomForLogitsThatTheNextTokensOfAllLeave() {
    guessing(5);
    guessing(5);
    guessing(0);
    plan(64, 8);
    assertThat(counts()).containsExactly(6, 1, 1);
  }

  @Test
  void whatAnAnswerWithFewGuessesLeavesGoesToTheNext() {
    guessing(2);
    guessing(7);
    guessing(7);
    plan(64, 9);
    assertThat(counts()).containsExactly(3, 5, 1);
  }

  @Test
  void guessesTakeTheRoomForTokensThatTheNextTokensOfAllLeave() {
    guessing(5);
    guessing(5);
    plan(6, 64);
    assertThat(counts()).containsExactly(5, 1);
  }

  @Test
  void guessesThatHaveNoRoomAreForgotten() {
    Sequence some = guessing(5);
    Sequence none = guessing(5);
    plan(64, 5);
    assertThat(some.proposals()).isEqualTo(3);
    assertThat(none.proposals()).isZero();
  }

  @Test
  void aPromptOfAHigherRankGoesFirst() {
    reading(0, 10);
    Sequence high = reading(2, 12);
    Sequence low = reading(-1, 4);
    plan(20, 20);
    assertThat(counts()).containsExactly(12, 8);
    assertThat(step.part(0).sequence()).isSameAs(high);
    assertThat(running).contains(low); // its turn comes later
  }

  @Test
  void promptsBesideAnswersShareWhatTheBudgetAllows() {
    guessing(0);
    reading(0, 30);
    reading(0, 30);
    int budget = new StepBudget(ANY_TIME, 64).tokens(1);
    plan(64, 64);
    assertThat(counts()).containsExactly(1, budget / 2, budget / 2);
  }

  @Test
  void aPromptForWhichNoTokenIsLeftHasNoPart() {
    guessing(0);
    for (int i = 0; i < 5; i++) {
      reading(0, 10);
    }
    plan(4, 8);
    assertThat(counts()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void aPromptForWhoseLogitsThereIsNoRoomReadsUpToThem() {
    scored(6, 4); // from the fourth position on, two positions
    scored(7, 4);
    plan(64, 3);
    assertThat(counts()).containsExactly(6, 5);
    assertThat(step.part(0).outputs()).isEqualTo(2);
    assertThat(step.part(1).outputs()).isEqualTo(1);
  }

  private void plan(int batchTokens, int batchOutputs) {
    new StepPlanner(
            new Scheduler.Limits(batchTokens, batchOutputs, 8),
            new StepBudget(ANY_TIME, batchTokens))
        .plan(running, step);
  }

  private List<Integer> counts() {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < step.size(); i++) {
      counts.add(step.part(i).count());
    }
    return counts;
  }

  /// An answer whose next token is pending, and so many guesses behind it.
  private Sequence guessing(int guesses) {
    Sequence sequence = reading(0, 1);
    sequence.propose(new int[guesses], guesses);
    return sequence;
  }

  private Sequence reading(int rank, int tokens) {
    int[] prompt = Requests.prompt(tokens, tokens);
    return add(prompt, rank, new AnswerTask(Requests.greedy(prompt, 50), new Collector(), 64, 100));
  }

  private void scored(int tokens, int from) {
    add(Requests.prompt(tokens, tokens), 0, new ScoringTask(from, (position, logits) -> {}));
  }

  private Sequence add(int[] prompt, int rank, Task task) {
    Terms terms = new Terms(rank, "", Optional.empty(), Guesses.NONE);
    Sequence.Growth growth = new Sequence.Growth(prompt.length, terms, 0);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, task, null);
    running.add(sequence);
    return sequence;
  }
}
