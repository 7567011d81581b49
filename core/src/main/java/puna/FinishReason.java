package puna;

/// Why an answer ended.
public enum FinishReason {
  /// The model ended its turn, a stop string or stop token came, or the grammar allows no further
  /// token.
  STOP,
  /// As many tokens as were allowed.
  LENGTH,
  /// Prompt and answer together fill the context.
  CONTEXT_FULL,
  /// Cancelled by the caller, or the model was closed meanwhile.
  CANCELLED
}
