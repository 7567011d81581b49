package puna.token;

/// A piece of a prompt: ordinary text, or one special token by its text.
///
/// Keeping the two apart is what makes it impossible for a user's text to turn into a special
/// token.
public sealed interface PromptPart {
  /// Text that is encoded as text, whatever it looks like. Adjacent texts are encoded as one.
  record Text(String text) implements PromptPart {}

  /// One special token, such as `<|im_start|>`.
  record Special(String token) implements PromptPart {}
}
