package puna.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Who computes how many tokens in the next step: first the next token of every answer that runs,
/// then prompts, as far as the budget goes, those of a higher rank first and evenly among those of
/// one rank; what a short one leaves goes to the longer. Proposals take what is left of that.
final class StepPlanner {
  private static final Comparator<Sequence> RANK_THEN_SHORTEST =
      Comparator.<Sequence>comparingInt(sequence -> -sequence.rank())
          .thenComparingInt(Sequence::pending);

  private final Scheduler.Limits limits;
  private final StepBudget budget;
  private final List<Sequence> generating = new ArrayList<>();
  private final List<Sequence> reading = new ArrayList<>();
  private int tokensLeft; // of the step that is planned
  private int outputsLeft;

  StepPlanner(Scheduler.Limits limits, StepBudget budget) {
    this.limits = limits;
    this.budget = budget;
  }

  /// Adds to an empty step what it computes of `running`.
  void plan(List<Sequence> running, Step step) {
    tokensLeft = limits.batchTokens();
    outputsLeft = limits.batchOutputs();
    generating.clear();
    reading.clear();
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      (sequence.pending() == 1 ? generating : reading).add(sequence);
    }
    generate(step);
    read(step);
  }

  /// The next tokens, with as many proposals as leave room for those of the others.
  private void generate(Step step) {
    for (int i = 0; i < generating.size(); i++) {
      Sequence sequence = generating.get(i);
      int others = generating.size() - i - 1;
      int spare = Math.min(tokensLeft, outputsLeft) - others - 1;
      int proposals = Math.clamp(sequence.proposals(), 0, Math.max(0, spare));
      sequence.keepProposals(proposals);
      take(sequence, 1 + proposals, step);
    }
  }

  private void read(Step step) {
    int left = Math.min(tokensLeft, budget.tokens(generating.size()));
    reading.sort(RANK_THEN_SHORTEST);
    for (int i = 0; i < reading.size() && left > 0; ) {
      int end = endOfRank(i);
      for (; i < end; i++) {
        Sequence sequence = reading.get(i);
        int share = Math.ceilDiv(left, end - i);
        left -= take(sequence, Math.min(sequence.pending(), share), step);
      }
    }
  }

  /// The end of those that have the rank of the first.
  private int endOfRank(int first) {
    int end = first + 1;
    while (end < reading.size() && reading.get(end).rank() == reading.get(first).rank()) {
      end++;
    }
    return end;
  }

  /// Adds up to `wanted` tokens of a sequence to the step, as far as there is room.
  ///
  /// @return how many
  private int take(Sequence sequence, int wanted, Step step) {
    int first = sequence.computed();
    int firstOutput = Math.max(first, sequence.task().firstOutput(sequence));
    int count = Math.min(wanted, tokensLeft);
    boolean wantsLogits = sequence.task().wanted() == Task.Wanted.LOGITS;
    if (wantsLogits) {
      count = Math.min(count, firstOutput - first + outputsLeft);
    }
    if (count <= 0) {
      return 0;
    }
    int read = Math.max(0, first + count - firstOutput);
    tokensLeft -= count;
    outputsLeft -= wantsLogits ? read : 0;
    step.add(sequence, count, read);
    return count;
  }
}
