package puna;

import puna.error.AnswerException;

/// The answer was cut short where only a complete one is of use: [Llama#ask(String)] and
/// [ChatAnswer#as(Class)] throw it instead of returning half an answer.
public final class IncompleteAnswerException extends AnswerException {
  private static final long serialVersionUID = 1L;

  private final String partialText;
  private final FinishReason finishReason;

  /// @param partialText the text so far
  /// @param finishReason why there is no more
  public IncompleteAnswerException(
      String message, String partialText, FinishReason finishReason, Throwable cause) {
    super(message, cause);
    this.partialText = partialText;
    this.finishReason = finishReason;
  }

  /// @param partialText the text so far
  /// @param finishReason why there is no more
  public IncompleteAnswerException(String message, String partialText, FinishReason finishReason) {
    super(message);
    this.partialText = partialText;
    this.finishReason = finishReason;
  }

  /// The text that was generated before the answer ended.
  public String partialText() {
    return partialText;
  }

  /// Why the answer ended.
  public FinishReason finishReason() {
    return finishReason;
  }
}
