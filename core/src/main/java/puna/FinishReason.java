package puna;

/// Why an answer ended. There may be more reasons one day.
public enum FinishReason {
  /// The model ended its turn, a stop string or stop token came, or the grammar allows no further
  /// token.
  STOP,
  /// As many tokens as were allowed.
  LENGTH,
  /// Prompt and answer together fill the context.
  CONTEXT_FULL,
  /// Cancelled by the caller, or the model was closed meanwhile.
  CANCELLED;

  /// Whether the answer is whole: it ended by itself or where it was asked to, and was not cut
  /// short.
  public boolean isComplete() {
    return this == STOP;
  }
}
