package puna;

import puna.error.AnswerException;

/// An answer that ended before it was whole, where only a whole one is of use.
public final class IncompleteAnswerException extends AnswerException {
  private static final long serialVersionUID = 1L;

  private final String partialText;
  private final FinishReason finishReason;

  /// @param partialText all that came of the answer
  /// @param finishReason why no more came
  public IncompleteAnswerException(
      String message, String partialText, FinishReason finishReason, Throwable cause) {
    super(message, cause);
    this.partialText = partialText;
    this.finishReason = finishReason;
  }

  /// @param partialText all that came of the answer
  /// @param finishReason why no more came
  public IncompleteAnswerException(String message, String partialText, FinishReason finishReason) {
    super(message);
    this.partialText = partialText;
    this.finishReason = finishReason;
  }

  /// All that came of the answer.
  public String partialText() {
    return partialText;
  }

  /// Why no more came.
  public FinishReason finishReason() {
    return finishReason;
  }
}
