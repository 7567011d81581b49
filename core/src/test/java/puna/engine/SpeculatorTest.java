package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Who is guessed for, and how much.
class SpeculatorTest {
  private static final int[] REPEATING = {1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3};

  private final FakeDecoder decoder = new FakeDecoder(96, 12, 8, 64);

  @Test
  void looksUpForThoseThatWantItAndHaveOneTokenPending() {
    Sequence lookedUp = generating(Guesses.LOOKUP, 40);
    Sequence plain = generating(Guesses.NONE, 40);
    Sequence reading = sequence(Guesses.LOOKUP, 40);
    free().propose(List.of(plain, lookedUp, reading));
    assertThat(lookedUp.proposals()).isEqualTo(Acceptance.MOST_GUESSES);
    assertThat(lookedUp.proposed(13)).isEqualTo(4);
    assertThat(lookedUp.proposed(15)).isEqualTo(1);
    assertThat(plain.proposals()).isZero();
    assertThat(reading.proposals()).isZero();
  }

  @Test
  void theEndAndTheTokenBeforeItAreNotGuessed() {
    Sequence sequence = generating(Guesses.LOOKUP, 13 + 6);
    free().propose(List.of(sequence));
    assertThat(sequence.proposals()).isEqualTo(4);
    Sequence last = generating(Guesses.LOOKUP, 13 + 2);
    free().propose(List.of(last));
    assertThat(last.proposals()).isZero();
  }

  @Test
  void whatIsGuessedForOneCostsTheNext() {
    for (Guesses guesses : List.of(Guesses.LOOKUP, Guesses.DRAFT)) {
      Speculator speculator = new Speculator(draft());
      for (int tokens = 1; tokens <= 64; tokens++) {
        speculator.took(tokens <= 6 ? 1_000 : 1_000 + 900L * (tokens - 6), tokens);
      }
      Sequence first = generating(guesses, 40);
      Sequence second = generating(guesses, 40);
      speculator.propose(List.of(first, second));
      assertThat(first.proposals()).isEqualTo(4); // six tokens take as long as one
      assertThat(second.proposals()).isZero();
    }
  }

  @Test
  void promptsThatAreReadDoNotShareInWhatAGuessSaves() {
    Speculator speculator = new Speculator(null);
    for (int tokens = 1; tokens <= 64; tokens++) {
      speculator.took(1_000 + 400L * (tokens - 1), tokens);
    }
    Sequence sequence = generating(Guesses.LOOKUP, 40);
    speculator.propose(List.of(sequence(Guesses.LOOKUP, 40), sequence, sequence(Guesses.NONE, 40)));
    assertThat(sequence.proposals()).isEqualTo(1);
  }

  @Test
  void aDraftGuessesForThoseThatWantIt() {
    Sequence drafted = generating(Guesses.DRAFT, 13 + 7);
    Sequence plain = generating(Guesses.NONE, 40);
    Speculator speculator = new Speculator(draft());
    cheap(speculator);
    speculator.propose(List.of(drafted, plain));
    int[] expected = FakeDecoder.greedy(REPEATING, 5);
    assertThat(drafted.proposals()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(drafted.proposed(13 + i)).isEqualTo(expected[i]);
    }
    assertThat(plain.proposals()).isZero();
  }

  @Test
  void aDraftIsNotAskedWhereNothingIsLeftToGuess() {
    Speculator speculator = new Speculator(draft());
    cheap(speculator);
    speculator.propose(List.of(generating(Guesses.DRAFT, 13 + 2)));
    assertThat(decoder.batchSizes()).isEmpty();
  }

  @Test
  void whoHasNothingLeftToGuessTakesNoPlaceInTheDraft() {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < decoder.maxOutputs(); i++) {
      sequences.add(generating(Guesses.DRAFT, 13 + 2));
    }
    Sequence last = generating(Guesses.DRAFT, 13 + 5);
    sequences.add(last);
    Speculator speculator = new Speculator(draft());
    cheap(speculator);
    speculator.propose(sequences);
    assertThat(last.proposals()).isEqualTo(3);
  }

  @Test
  void whoWantsADraftHasNoGuessesWhereThereIsNone() {
    Sequence sequence = generating(Guesses.DRAFT, 40);
    free().propose(List.of(sequence));
    assertThat(sequence.proposals()).isZero();
  }

  private DraftModel draft() {
    return new DraftModel(decoder, FakeDecoder.VOCABULARY);
  }

  /// For which a token more costs nothing.
  private static Speculator free() {
    Speculator speculator = new Speculator(null);
    speculator.took(1_000, 1);
    return speculator;
  }

  /// Steps are so slow that any guess is worth its time.
  private static void cheap(Speculator speculator) {
    speculator.took(1_000_000_000_000L, 1);
  }

  private static Sequence generating(Guesses guesses, int most) {
    Sequence sequence = sequence(guesses, most);
    BlockPool pool = new BlockPool(4, 8);
    assertThat(sequence.reserve(pool, REPEATING.length)).isTrue();
    sequence.advance(pool, REPEATING.length - 1);
    return sequence;
  }

  private static Sequence sequence(Guesses guesses, int most) {
    AnswerTask answer = new AnswerTask(Requests.greedy(REPEATING, 40), new Collector(), 64, 96);
    Terms terms = new Terms(0, "", Optional.empty(), guesses);
    Sequence.Growth growth = new Sequence.Growth(most, terms, 0);
    return new Sequence(PromptContent.of(REPEATING), growth, answer, null);
  }
}
