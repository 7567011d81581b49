package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The budget against machines of which the times are known.
class StepBudgetTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long TARGET = 50 * MILLISECOND;

  /// Milliseconds of a step.
  private record Machine(double fixed, double generated, double read) {
    long nanos(int generating, int reading) {
      return (long) ((fixed + generated * generating + read * reading) * MILLISECOND);
    }
  }

  @Test
  void readsAllItCanWhereNothingRuns() {
    assertThat(new StepBudget(TARGET, 512).tokens(0)).isEqualTo(512);
  }

  @Test
  void comesToTheTargetAndStaysBelowTwiceOfIt() {
    for (Machine machine :
        List.of(new Machine(4, 0.2, 0.8), new Machine(1, 0.05, 0.02), new Machine(20, 1, 8))) {
      List<Long> steps = run(machine, new StepBudget(TARGET, 512), 10);
      assertThat(steps.subList(3, steps.size()))
          .as("%s", machine)
          .allMatch(nanos -> nanos < 2 * TARGET);
      double average =
          steps.subList(20, steps.size()).stream().mapToLong(nanos -> nanos).average().orElse(0);
      assertThat(average)
          .as("%s", machine)
          .isBetween(0.5 * Math.min(TARGET, machine.nanos(10, 512)), 1.2 * TARGET);
    }
  }

  @Test
  void promptsGetAThirdWhereGeneratingAloneTakesLonger() {
    Machine slow = new Machine(300, 10, 20);
    StepBudget budget = new StepBudget(TARGET, 512);
    budget.took(slow.nanos(10, 0), 10, 0);
    List<Long> steps = run(slow, budget, 10);
    double alone = slow.nanos(10, 0);
    assertThat(steps.subList(20, steps.size()))
        .allMatch(nanos -> nanos > alone && nanos < 1.6 * alone);
  }

  @Test
  void whatOneAnswerTakesSaysLittleAboutMany() {
    Machine machine = new Machine(8, 0.2, 0.8);
    StepBudget budget = new StepBudget(TARGET, 512);
    for (int i = 0; i < 20; i++) {
      budget.took(machine.nanos(1, 0), 1, 0);
    }
    assertThat(run(machine, budget, 60).subList(8, 100)).allMatch(nanos -> nanos < 1.5 * TARGET);
  }

  @Test
  void aPromptAlwaysGoesOn() {
    Machine slow = new Machine(10, 0.1, 2_000);
    StepBudget budget = new StepBudget(TARGET, 512);
    for (int i = 0; i < 50; i++) {
      int reading = budget.tokens(4);
      assertThat(reading).isPositive();
      budget.took(slow.nanos(4, reading), 4, reading);
    }
    assertThat(budget.tokens(4)).isBetween(1, 2);
  }

  @Test
  void theFirstStepBesideAnswersGoesByWhatReadingTook() {
    StepBudget budget = new StepBudget(TARGET, 512);
    budget.took(512 * MILLISECOND, 0, 512);
    assertThat(budget.tokens(1)).isBetween(45, 50);
  }

  @Test
  void theFirstStepLeavesTimeForWhatGeneratingAloneTakes() {
    StepBudget budget = readingMillisecondsEach();
    budget.took(20 * MILLISECOND, 1, 0);
    assertThat(budget.tokens(1)).isEqualTo(30);
    StepBudget slow = readingMillisecondsEach();
    slow.took(60 * MILLISECOND, 1, 0);
    assertThat(slow.tokens(1)).isBetween(19, 20); // a third on top
  }

  @Test
  void aStepWithFewTokensOfPromptsSaysWhatGeneratingTakes() {
    int[][] few = {{1, 1}, {31, 1}, {32, 2}, {48, 3}}; // generated and read
    for (int[] tokens : few) {
      StepBudget budget = readingMillisecondsEach();
      budget.took(60 * MILLISECOND, tokens[0], tokens[1]);
      assertThat(budget.tokens(tokens[0]))
          .as("%s beside %s", tokens[1], tokens[0])
          .isBetween(19, 20);
      StepBudget other = readingMillisecondsEach();
      other.took(60 * MILLISECOND, tokens[0], tokens[1] + 1);
      assertThat(other.tokens(tokens[0])).as("one more beside %s", tokens[0]).isEqualTo(50);
    }
  }

  @Test
  void aSlowStepThatReadNothingLeavesTheBudgetAsItIs() {
    StepBudget budget = readingMillisecondsEach();
    budget.took(10 * MILLISECOND, 1, 0);
    assertThat(budget.tokens(1)).isEqualTo(40);
    budget.took(200 * MILLISECOND, 1, 0);
    assertThat(budget.tokens(1)).isEqualTo(40);
  }

  @Test
  void aStepBeforeThereIsABudgetChangesNone() {
    StepBudget budget = readingMillisecondsEach();
    budget.took(200 * MILLISECOND, 1, 50);
    assertThat(budget.tokens(1)).isEqualTo(50);
  }

  @Test
  void aStepThatTookTheTargetLeavesTheBudgetAsItIs() {
    StepBudget budget = readingMillisecondsEach();
    assertThat(budget.tokens(1)).isEqualTo(50);
    budget.took(TARGET, 1, 20); // the prompt ended
    assertThat(budget.tokens(1)).isEqualTo(50);
    budget.took(2 * TARGET, 1, 20);
    assertThat(budget.tokens(1)).isEqualTo(10);
  }

  @Test
  void aSmallBudgetGrowsByHalfAtMost() {
    StepBudget budget = new StepBudget(TARGET, 512);
    budget.took(250 * MILLISECOND, 0, 10);
    assertThat(budget.tokens(1)).isEqualTo(2);
    budget.took(TARGET / 5, 1, 1); // less than it might have read
    assertThat(budget.tokens(1)).isEqualTo(2);
    budget.took(TARGET / 5, 1, 2);
    assertThat(budget.tokens(1)).isEqualTo(3);
  }

  /// A budget that knows that a token of a prompt takes one millisecond.
  private static StepBudget readingMillisecondsEach() {
    StepBudget budget = new StepBudget(TARGET, 512);
    budget.took(512 * MILLISECOND, 0, 512);
    return budget;
  }

  private static List<Long> run(Machine machine, StepBudget budget, int generating) {
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int reading = budget.tokens(generating);
      long nanos = machine.nanos(generating, reading);
      budget.took(nanos, generating, reading);
      steps.add(nanos);
    }
    return steps;
  }
}
