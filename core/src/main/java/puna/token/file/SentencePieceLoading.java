package puna.token.file;

import java.util.OptionalInt;
import puna.error.ModelFormatException;
import puna.text.FileText;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// How pieces are written in SentencePiece vocabularies, whichever file they come in.
final class SentencePieceLoading {
  private static final String SPACE_MARK = "▁";

  private SentencePieceLoading() {}

  /// Appends a piece as the file writes it.
  ///
  /// @throws ModelFormatException when a byte token does not say which byte it is
  static void add(Vocabulary vocabulary, String piece, TokenKind kind) {
    switch (kind) {
      case CONTROL, UNKNOWN, UNUSED -> vocabulary.add(FileText.bytes(piece), kind);
      case USER_DEFINED -> vocabulary.add(FileText.bytes(spaced(piece)), kind);
      case BYTE -> vocabulary.add(new byte[] {(byte) requireByte(vocabulary, piece)}, kind);
      case NORMAL -> {
        // Text has no U+0020 any more when pieces are looked for, so that such a piece never is.
        boolean reachable = !piece.isEmpty() && piece.indexOf(' ') < 0;
        vocabulary.add(
            FileText.bytes(spaced(piece)), reachable ? TokenKind.NORMAL : TokenKind.UNUSED);
      }
    }
  }

  /// The byte that `<0xNN>` names.
  static OptionalInt byteOf(String piece) {
    if (piece.length() != 6 || !piece.startsWith("<0x") || piece.charAt(5) != '>') {
      return OptionalInt.empty();
    }
    int high = Character.digit(piece.charAt(3), 16);
    int low = Character.digit(piece.charAt(4), 16);
    return high < 0 || low < 0 ? OptionalInt.empty() : OptionalInt.of(high << 4 | low);
  }

  private static String spaced(String piece) {
    return piece.replace(SPACE_MARK, " ");
  }

  private static int requireByte(Vocabulary vocabulary, String piece) {
    return byteOf(piece)
        .orElseThrow(() ->
            new ModelFormatException(
                "%s: token %s is a byte token and must be written as <0x00> to <0xFF>, found"
                        .formatted(vocabulary.origin(), vocabulary.size())
                    + " \""
                    + piece
                    + '"'));
  }
}
