package puna.backend;

import java.util.List;

/// The tokens of one step, from any sequences: prefill and decode alike.
///
/// @param tokens token ids, run after run
/// @param positions the position of each token in its sequence, from 0
/// @param runs consecutive tokens of one sequence; together they cover `tokens` in order
/// @param outputs the indices into `tokens` whose logits are wanted, ascending
public record Batch(int[] tokens, int[] positions, List<Run> runs, int[] outputs) {

  /// `count` tokens of one sequence from `start` in the batch, at positions `firstPosition…`.
  ///
  /// @param blocks the sequence's KV blocks in order of position; they have room for all its
  ///   positions
  public record Run(int start, int count, int firstPosition, int[] blocks) {}

  /// Tokens in this step.
  public int size() {
    return tokens.length;
  }
}
