package puna.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets answers that want it guess their next tokens before a step is planned, so many as their
/// guesses have proved worth.
///
/// A step computes guesses together with the token before them; drawing goes through its logits for
/// as long as it draws what was guessed. So each token is drawn from the model's own distribution,
/// by the same draws of the same chain: guesses change the time, not the text.
final class Speculator {
  private static final int NONE_LEFT = 2; // the end token and one before it need no guess

  private final StepTimes times = new StepTimes();
  private final @Nullable DraftModel draft;
  private final int[] guesses = new int[Acceptance.MOST_GUESSES];

  /// @param draft closed by the engine; null where there is none
  Speculator(@Nullable DraftModel draft) {
    this.draft = draft;
  }

  /// Proposes tokens to those of the sequences that generate.
  void propose(List<Sequence> running) {
    int sharing = 0;
    for (int i = 0; i < running.size(); i++) {
      sharing += running.get(i).pending() == 1 ? 1 : 0;
    }
    int planned = sharing;
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.pending() == 1 && sequence.terms().guesses() != Guesses.NONE) {
        planned += propose(sequence, planned, sharing);
      }
    }
    if (draft != null) {
      draft.fill();
    }
  }

  private int propose(Sequence sequence, int planned, int sharing) {
    Acceptance.Plan plan =
        new Acceptance.Plan(planned, sharing, sequence.most() - sequence.size() - NONE_LEFT);
    Acceptance acceptance = sequence.acceptance();
    if (sequence.terms().guesses() == Guesses.DRAFT) {
      if (draft == null) {
        return 0;
      }
      int asked = acceptance.guesses(times, plan, draft.guessNanos());
      if (asked > 0) {
        draft.ask(sequence, asked);
      }
      return asked;
    }
    int wanted = acceptance.guesses(times, plan, 0);
    int found = wanted == 0 ? 0 : PromptLookup.guess(sequence, guesses, wanted);
    sequence.propose(guesses, found);
    return found;
  }

  /// A step is done.
  ///
  /// @param tokens of answers and prompts
  void took(long nanos, int tokens) {
    times.took(nanos, tokens);
  }

  /// What came of a part's proposals.
  static void came(Step.Part part) {
    int guessed = part.proposals();
    if (guessed > 0) {
      Sequence sequence = part.sequence();
      int accepted = Math.min(guessed, sequence.size() - part.firstPosition() - 2);
      sequence.acceptance().came(Math.max(0, accepted), guessed);
    }
  }
}
