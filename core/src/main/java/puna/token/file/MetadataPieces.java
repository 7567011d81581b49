package puna.token.file;

import java.util.List;
import puna.token.model.TokenKind;

/// Tells a vocabulary whose pieces are written in another way than its model says: every text would
/// fall apart into bytes or unknown tokens without a word.
final class MetadataPieces {
  /// Space in the byte alphabet.
  private static final char BYTE_LEVEL_SPACE = '\u0120';

  /// Line feed in the byte alphabet.
  private static final char BYTE_LEVEL_LINE_FEED = '\u010A';

  /// Space in SentencePiece.
  private static final char SPACE_MARK = '\u2581';

  private MetadataPieces() {}

  /// A SentencePiece vocabulary writes its spaces as `\u2581`, and spells what it has no piece for
  /// in bytes or calls it unknown.
  ///
  /// @throws puna.error.ModelFormatException when it has pieces in the byte alphabet instead
  static void requireSentencePiece(List<String> tokens, List<TokenKind> kinds) {
    boolean hasFallback = kinds.contains(TokenKind.BYTE) || kinds.contains(TokenKind.UNKNOWN);
    boolean isByteLevel =
        hasPiece(tokens, kinds, BYTE_LEVEL_SPACE) || hasPiece(tokens, kinds, BYTE_LEVEL_LINE_FEED);
    if (isByteLevel && !(hasFallback && hasPiece(tokens, kinds, SPACE_MARK))) {
      throw MetadataTokenizers.refusal(
          "model",
          "must be gpt2 for a vocabulary in the byte alphabet (\u0120 for a space)",
          "\"llama\"");
    }
  }

  /// A byte-level vocabulary writes its spaces as `\u0120`.
  ///
  /// @throws puna.error.ModelFormatException when it writes them as SentencePiece does
  static void requireByteLevel(List<String> tokens, List<TokenKind> kinds) {
    if (hasPiece(tokens, kinds, SPACE_MARK) && !hasPiece(tokens, kinds, BYTE_LEVEL_SPACE)) {
      throw MetadataTokenizers.refusal(
          "model",
          "must be llama for a vocabulary of SentencePiece (\u2581 for a space); byte-level pieces"
              + " come with tokenizer.ggml.merges in the byte alphabet",
          "\"gpt2\"");
    }
  }

  private static boolean hasPiece(List<String> tokens, List<TokenKind> kinds, char character) {
    for (int id = 0; id < tokens.size(); id++) {
      if (kinds.get(id) == TokenKind.NORMAL && tokens.get(id).indexOf(character) >= 0) {
        return true;
      }
    }
    return false;
  }
}
