package puna.token;

/// Token ids to text as they stream. Never emits half a character: an incomplete UTF-8 sequence is
/// held back until it is complete or can no longer become complete.
public interface TextDecoder {
  /// The text that token `id` completes, often one word, sometimes empty.
  String append(int id);

  /// True while `finish` would give text: the last tokens ended inside a character.
  boolean isHolding();

  /// The rest, with U+FFFD for bytes that never became a character. Call once, at the end.
  String finish();
}
