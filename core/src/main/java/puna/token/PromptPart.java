package puna.token;

/// One part of a rendered prompt: ordinary text, or one special token.
///
/// Keeping the two apart is what makes it impossible for a user's text to become a special token.
public sealed interface PromptPart {
  /// Text that is encoded as text, whatever it contains. Adjacent texts are encoded as one.
  record Text(String text) implements PromptPart {}

  /// One special token.
  ///
  /// @param token its text, such as `<|im_start|>`
  record Special(String token) implements PromptPart {}
}
