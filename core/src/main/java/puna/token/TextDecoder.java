package puna.token;

/// Decodes streaming token ids to text. An incomplete UTF-8 sequence is held back until it is
/// complete or can no longer become so. For one thread and one text.
public interface TextDecoder {
  /// Takes the next token and returns the text that it completes: often one word, sometimes empty.
  String append(int id);

  /// Whether [#finish] would return text, since the last tokens ended inside a character.
  boolean isHolding();

  /// Ends the text and returns the rest, with U+FFFD for bytes that never became a character. Call
  /// it once, at the end.
  String finish();
}
