package puna.events;

/// The record of one answer that has begun.
public interface AnswerRecord {
  /// Tokens of an answer.
  ///
  /// @param prompt read or cached
  /// @param cached of the prompt
  record Counts(int prompt, int cached, int generated) {}

  /// Times of an answer in nanoseconds; 0 for a phase that never came.
  record Times(long queue, long prompt, long firstToken, long decode) {
    /// Of an answer of which no time is known.
    public static final Times NONE = new Times(0, 0, 0, 0);
  }

  /// Called once, on any thread.
  ///
  /// @param why it ended
  void ends(Counts counts, Times times, String why);
}
