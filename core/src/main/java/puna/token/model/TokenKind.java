package puna.token.model;

import java.util.Optional;

/// What a token stands for.
public enum TokenKind {
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
  BYTE;

  /// The number that SentencePiece and GGUF write for this kind.
  public long number() {
    return switch (this) {
      case NORMAL -> 1;
      case UNKNOWN -> 2;
      case CONTROL -> 3;
      case USER_DEFINED -> 4;
      case UNUSED -> 5;
      case BYTE -> 6;
    };
  }

  /// The kind that SentencePiece and GGUF write as this number, 1 to 6.
  public static Optional<TokenKind> numbered(long number) {
    return switch (Math.clamp(number, 0, 7)) {
      case 1 -> Optional.of(NORMAL);
      case 2 -> Optional.of(UNKNOWN);
      case 3 -> Optional.of(CONTROL);
      case 4 -> Optional.of(USER_DEFINED);
      case 5 -> Optional.of(UNUSED);
      case 6 -> Optional.of(BYTE);
      default -> Optional.empty();
    };
  }
}
