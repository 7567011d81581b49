package puna.error;

import java.util.OptionalInt;

/// A prompt does not fit into the context window; or an answer, where the options ask for an
/// exception. The message has both sizes, in tokens.
public final class ContextFullException extends PromptException {
  private static final long serialVersionUID = 1L;

  private int promptTokens;
  private int context; // 0 where it is about no prompt

  public ContextFullException(String message) {
    super(message);
  }

  public ContextFullException(String message, Throwable cause) {
    super(message, cause);
  }

  /// A prompt that is longer than the context window.
  ///
  /// @param tokens of the prompt
  /// @param context the tokens that the window has room for
  public static ContextFullException ofPrompt(int tokens, int context) {
    return ofText(
        "the prompt has %s tokens, the context has room for %s".formatted(tokens, context),
        tokens,
        context);
  }

  /// A text that is longer than the context window, where it is no prompt.
  ///
  /// @param tokens of the text
  /// @param context the tokens that the window has room for
  public static ContextFullException ofText(String message, int tokens, int context) {
    ContextFullException full = new ContextFullException(message);
    full.promptTokens = tokens;
    full.context = context;
    return full;
  }

  /// Tokens of the prompt, or the text; empty where it is neither that is too long.
  public OptionalInt promptTokens() {
    return context == 0 ? OptionalInt.empty() : OptionalInt.of(promptTokens);
  }

  /// Tokens that the context window has room for; empty where it is not the prompt that is too
  /// long.
  public OptionalInt context() {
    return context == 0 ? OptionalInt.empty() : OptionalInt.of(context);
  }
}
