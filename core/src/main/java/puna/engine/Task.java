package puna.engine;

/// What a sequence is computed for.
sealed interface Task permits AnswerTask, ReadTask {
  /// What a task wants of positions.
  enum Wanted {
    LOGITS,
    /// Final hidden states, which cost no logits.
    STATES
  }

  default Wanted wanted() {
    return Wanted.LOGITS;
  }

  /// The first position of which something is wanted; so it is of all positions after it. At or
  /// beyond the sequence's size: of none.
  int firstOutput(Sequence sequence);

  /// Decides what comes of the logits, or states, of a step, on any thread and beside other
  /// sequences: nobody hears of it, and the sequence stays as it is.
  void draw(PartLogits logits, Sequence sequence);

  /// A step has computed a part of the sequence of which nothing is wanted.
  default void read(Sequence sequence) {}

  /// Tells of what was drawn, on the engine's thread, and appends it to the sequence.
  ///
  /// @return true to go on, false when the task is done
  boolean tell(PartLogits logits, Sequence sequence);

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
