package puna.token;

/// What a token stands for.
enum TokenKind {
  /// A piece of text.
  NORMAL,
  /// What stands for text that has no token.
  UNKNOWN,
  /// A mark for the model that stands for no text.
  CONTROL,
  /// Text that is always one token, before anything else is cut or merged.
  USER_DEFINED,
  /// A place that nothing maps to.
  UNUSED,
  /// One byte, for text that has no piece.
  BYTE
}
