package puna.engine;

import puna.sample.chain.Candidates;

/// What a sequence is computed for.
sealed interface Task permits Answer, Scoring {
  /// The first position whose logits are wanted; so are those of all positions after it. At or
  /// beyond the sequence's size: none.
  int firstOutput(Sequence sequence);

  /// Takes the logits after `position`, and may append to the sequence.
  ///
  /// @return true to go on, false when the task is done
  boolean take(int position, Candidates candidates, Sequence sequence);

  /// False once nobody can learn of its result.
  boolean isWanted();

  /// False while nobody has read its result for some time.
  boolean isRead();

  /// Works on the sequence begin.
  void started(Sequence sequence);

  /// The task came to its own end, or the sequence has nothing left to compute.
  void done();

  /// The task was ended early.
  void abandoned(Ending ending);

  void failed(Throwable cause);
}
