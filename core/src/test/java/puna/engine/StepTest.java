package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.model.Batches;

/// What a step computes, and for whom.
class StepTest {
  private final Step step = new Step();
  private final CallerShares shares = new CallerShares();
  private long arrivals;

  @Test
  void whoHasTheHigherRankPrecedesAndOfOneRankWhoCameFirst() {
    Sequence low = sequence(-1, 4);
    Sequence first = sequence(0, 4);
    Sequence high = sequence(3, 4);
    Sequence second = sequence(0, 4);
    for (Sequence sequence : List.of(second, low, first, high)) {
      step.add(sequence, 1, 0);
    }
    step.sortByPrecedence();
    assertThat(sequences()).containsExactly(high, first, second, low);
  }

  @Test
  void tokensOfAnswersAreCountedWithTheirGuessesAndWithoutThoseOfPrompts() {
    Sequence answer = sequence(0, 1);
    answer.propose(new int[] {7, 8}, 2);
    step.add(sequence(0, 9), 5, 0);
    step.add(answer, 3, 3);
    step.add(sequence(0, 1), 1, 1);
    assertThat(step.decodeTokens()).isEqualTo(4);
  }

  @Test
  void itsBatchHasTheTokensOfAnswersBeforeThoseOfPrompts() {
    Sequence prompt = sequence(0, 9);
    Sequence answer = sequence(0, 1);
    answer.propose(new int[] {7, 8}, 2);
    step.add(prompt, 5, 0);
    step.add(answer, 3, 3);
    step.fillBatch();
    assertThat(sequences()).containsExactly(answer, prompt);
    assertThat(Batches.runCounts(step.batch())).containsExactly(3, 5);
    assertThat(step.batch().token(1)).isEqualTo(7);
    assertThat(step.batch().token(2)).isEqualTo(8);
    assertThat(Batches.outputs(step.batch())).containsExactly(0, 1, 2);
    assertThat(step.part(0).proposals()).isEqualTo(2);
    assertThat(step.part(1).proposals()).isZero();
  }

  private List<Sequence> sequences() {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < step.size(); i++) {
      sequences.add(step.part(i).sequence());
    }
    return sequences;
  }

  private Sequence sequence(int rank, int tokens) {
    int[] prompt = Requests.prompt(tokens, tokens);
    AnswerTask answer = new AnswerTask(Requests.greedy(prompt, 4), new Collector(), 64, 32);
    Terms terms = new Terms(rank, "", Optional.empty(), Guesses.NONE);
    Sequence.Growth growth = new Sequence.Growth(tokens + 4, terms, 0);
    Sequence sequence = new Sequence(PromptContent.of(prompt), growth, answer, null);
    sequence.arrive(arrivals++, shares.arrive(""));
    return sequence;
  }
}
