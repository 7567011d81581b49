package puna;

/// Why an answer ended. More reasons may be added, so a `switch` needs a `default`.
public enum FinishReason {
  /// The model ended its turn, a stop sequence or stop token was generated, a line began that is
  /// indented too little, or the response format allows no further token.
  STOP,
  /// The token limit was reached ([AnswerOptions#withMaxTokens]).
  LENGTH,
  /// Prompt and answer together fill the context window.
  CONTEXT_FULL,
  /// The model ended its turn while it was still thinking: there is reasoning, and no answer.
  REASONING_ONLY,
  /// The time that the answer had is over ([AnswerOptions#withDeadline]).
  DEADLINE,
  /// The answer was cancelled or closed, or the model was closed.
  CANCELLED;

  /// Whether the answer is complete, as opposed to cut short: true for `STOP` alone.
  public boolean isComplete() {
    return this == STOP;
  }
}
