package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the smaller model guesses, and how much it reads for that.
class DraftModelTest {
  private static final int WIDTH = 8;

  private final FakeDecoder decoder = new FakeDecoder(96, 12, WIDTH, 16);
  private final DraftModel draft = new DraftModel(decoder, FakeDecoder.VOCABULARY);

  @Test
  void guessesItsMostLikelyTokens() {
    int[] prompt = Requests.prompt(1, 10);
    Sequence sequence = sequence(prompt);
    long begun = System.nanoTime();
    assertThat(draft.guessNanos()).isZero();
    assertThat(guesses(sequence, 4)).isEqualTo(FakeDecoder.greedy(prompt, 4));
    assertThat(decoder.batchSizes()).containsExactly(10, 1, 1, 1);
    assertThat(draft.guessNanos()).isPositive();
    assertThat(draft.guessNanos()).isLessThanOrEqualTo((double) (System.nanoTime() - begun));
  }

  @Test
  void readingSaysNothingOfWhatAGuessTakes() {
    assertThat(guesses(sequence(Requests.prompt(1, 10)), 1)).hasSize(1);
    assertThat(draft.guessNanos()).isZero();
  }

  @Test
  void guessesForAllThatAskInTheSameSteps() {
    int[] first = Requests.prompt(1, 5);
    int[] second = Requests.prompt(2, 7);
    Sequence one = sequence(first);
    Sequence other = sequence(second);
    draft.ask(one, 3);
    draft.ask(other, 2);
    draft.fill();
    assertThat(proposals(one)).isEqualTo(FakeDecoder.greedy(first, 3));
    assertThat(proposals(other)).isEqualTo(FakeDecoder.greedy(second, 2));
    assertThat(decoder.batchSizes()).containsExactly(12, 2, 1);
  }

  @Test
  void guessesOnlyForThoseThatAskThisTime() {
    Sequence one = sequence(Requests.prompt(1, 5));
    assertThat(guesses(one, 2)).hasSize(2);
    one.keepProposals(0);
    Sequence other = sequence(Requests.prompt(2, 5));
    assertThat(guesses(other, 2)).hasSize(2);
    assertThat(one.proposals()).isZero();
  }

  @Test
  void whatCameAsItWasGuessedIsNotComputedAgain() {
    int[] prompt = Requests.prompt(1, 10);
    int[] answer = FakeDecoder.greedy(prompt, 8);
    Sequence sequence = sequence(prompt);
    assertThat(guesses(sequence, 4)).hasSize(4);
    append(sequence, answer, 5); // all that was guessed and one more
    assertThat(guesses(sequence, 3)).isEqualTo(Arrays.copyOfRange(answer, 5, 8));
    // the last guess was never an input
    assertThat(decoder.batchSizes()).containsExactly(10, 1, 1, 1, 2, 1, 1);
  }

  @Test
  void whereSomeOfTheGuessesHaveComeItGuessesOn() {
    int[] prompt = Requests.prompt(1, 10);
    int[] answer = FakeDecoder.greedy(prompt, 5);
    Sequence sequence = sequence(prompt);
    assertThat(guesses(sequence, 4)).hasSize(4);
    append(sequence, answer, 2);
    assertThat(guesses(sequence, 3)).isEqualTo(Arrays.copyOfRange(answer, 2, 5));
  }

  @Test
  void guessesTheSameWhereNothingHasComeMeanwhile() {
    int[] prompt = Requests.prompt(1, 10);
    Sequence sequence = sequence(prompt);
    assertThat(guesses(sequence, 4)).hasSize(4);
    assertThat(guesses(sequence, 3)).isEqualTo(FakeDecoder.greedy(prompt, 3));
    assertThat(decoder.batchSizes()).containsExactly(10, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void whatCameOtherwiseIsComputedAgain() {
    int[] prompt = Requests.prompt(1, 10);
    int[] answer = FakeDecoder.greedy(prompt, 3);
    Sequence sequence = sequence(prompt);
    assertThat(guesses(sequence, 4)).hasSize(4);
    append(sequence, answer, 2);
    int other = answer[2] == 7 ? 8 : 7;
    sequence.append(other);
    int[] text = Arrays.copyOf(prompt, 13);
    System.arraycopy(answer, 0, text, 10, 2);
    text[12] = other;
    assertThat(guesses(sequence, 2)).isEqualTo(FakeDecoder.greedy(text, 2));
    assertThat(decoder.batchSizes()).containsExactly(10, 1, 1, 1, 1, 1);
  }

  @Test
  void aLongPromptIsReadAStepsWorthEachTime() {
    int[] prompt = Requests.prompt(1, 40);
    Sequence sequence = sequence(prompt);
    assertThat(guesses(sequence, 3)).isEmpty();
    assertThat(guesses(sequence, 3)).isEmpty();
    assertThat(guesses(sequence, 3)).isEqualTo(FakeDecoder.greedy(prompt, 3));
    assertThat(decoder.batchSizes()).containsExactly(16, 16, 8, 1, 1);
  }

  @Test
  void whoFindsNoRoomInAStepHasNoGuesses() {
    int[] prompt = Requests.prompt(1, 16);
    Sequence first = sequence(prompt);
    Sequence second = sequence(Requests.prompt(2, 5));
    draft.ask(first, 2);
    draft.ask(second, 2);
    draft.fill();
    assertThat(proposals(first)).isEqualTo(FakeDecoder.greedy(prompt, 2));
    assertThat(second.proposals()).isZero();
    assertThat(decoder.batchSizes()).containsExactly(16, 1);
  }

  @Test
  void whoFindsNoBlocksHasNoGuessesUntilAnotherIsGone() {
    int[] prompt = Requests.prompt(2, 8);
    FakeDecoder small = new FakeDecoder(96, 2, WIDTH, 16);
    DraftModel model = new DraftModel(small, FakeDecoder.VOCABULARY);
    Sequence first = sequence(Requests.prompt(1, 9));
    Sequence second = sequence(prompt);
    model.ask(first, 1);
    model.fill();
    assertThat(first.proposals()).isEqualTo(1);
    model.ask(second, 1);
    model.fill();
    assertThat(second.proposals()).isZero();
    first.goes();
    model.ask(second, 1);
    model.fill();
    assertThat(proposals(second)).isEqualTo(FakeDecoder.greedy(prompt, 1));
  }

  @Test
  void whoRunsOutOfBlocksLeavesThemToTheOthersAndReadsAgainLater() {
    int[] prompt = Requests.prompt(1, 8);
    int[] other = Requests.prompt(2, 8);
    DraftModel model = new DraftModel(new FakeDecoder(96, 2, WIDTH, 16), FakeDecoder.VOCABULARY);
    Sequence first = sequence(prompt);
    Sequence second = sequence(other);
    model.ask(first, 3);
    model.ask(second, 3);
    model.fill(); // the first finds no second block for what it guesses
    assertThat(proposals(first)).isEqualTo(FakeDecoder.greedy(prompt, 1));
    assertThat(proposals(second)).isEqualTo(FakeDecoder.greedy(other, 3));
    second.goes();
    model.ask(first, 3);
    model.fill();
    assertThat(proposals(first)).isEqualTo(FakeDecoder.greedy(prompt, 3));
  }

  @Test
  void proposesNoTokenThatTheOtherModelDoesNotHave() {
    DraftModel few = new DraftModel(new FakeDecoder(96, 12, WIDTH, 16), 9);
    Sequence sequence = sequence(Requests.prompt(1, 10));
    few.ask(sequence, 16);
    few.fill();
    assertThat(proposals(sequence)).hasSize(16);
    for (int token : proposals(sequence)) {
      assertThat(token).isBetween(0, 8);
    }
  }

  @Test
  void asManyAskAsItCanTakeLogitsOf() {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      sequences.add(sequence(Requests.prompt(i, 1)));
      draft.ask(sequences.get(i), 1);
    }
    draft.fill();
    for (int i = 0; i < 8; i++) {
      assertThat(sequences.get(i).proposals()).isEqualTo(1);
    }
    assertThat(sequences.get(8).proposals()).isZero();
  }

  @Test
  void aModelThatFailedIsNotAskedAgain() {
    Sequence bad = sequence(3, FakeDecoder.FAILING_TOKEN);
    draft.ask(bad, 2);
    draft.fill();
    assertThat(bad.proposals()).isZero();
    assertThat(guesses(sequence(Requests.prompt(1, 5)), 2)).isEmpty();
    assertThat(decoder.batchSizes()).hasSize(1);
  }

  @Test
  void closesItsDecoder() {
    draft.close();
    assertThat(decoder.isClosed()).isTrue();
  }

  private int[] guesses(Sequence sequence, int wanted) {
    draft.ask(sequence, wanted);
    draft.fill();
    return proposals(sequence);
  }

  private static int[] proposals(Sequence sequence) {
    int[] proposals = new int[sequence.proposals()];
    for (int i = 0; i < proposals.length; i++) {
      proposals[i] = sequence.proposed(sequence.size() + i);
    }
    return proposals;
  }

  private static void append(Sequence sequence, int[] tokens, int count) {
    for (int i = 0; i < count; i++) {
      sequence.append(tokens[i]);
    }
  }

  private static Sequence sequence(int... tokens) {
    AnswerTask answer = new AnswerTask(Requests.greedy(tokens, 40), new Collector(), 64, 96);
    return new Sequence(PromptContent.of(tokens), answer);
  }
}
