package puna.token.file;

import puna.text.FileText;
import puna.token.model.ByteAlphabet;
import puna.token.model.BytePairMerges;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// How tokens and merges are written in byte-level vocabularies, whichever file they come in.
final class ByteLevelLoading {
  private ByteLevelLoading() {}

  /// Appends a token as the file writes it: in the byte alphabet if it is a normal one, else
  /// literally. A normal token outside the alphabet keeps its text and is never produced.
  static void add(Vocabulary vocabulary, String token, TokenKind kind) {
    if (kind != TokenKind.NORMAL) {
      vocabulary.add(FileText.bytes(token), kind == TokenKind.BYTE ? TokenKind.UNUSED : kind);
      return;
    }
    byte[] spelled = new byte[token.length()];
    if (ByteAlphabet.spell(token, spelled, 0) < 0) {
      vocabulary.add(FileText.bytes(token), TokenKind.UNUSED);
    } else {
      vocabulary.add(spelled, TokenKind.NORMAL);
    }
  }

  /// Adds a merge written as its two parts with a space between.
  ///
  /// @return false where the line is none, or one that never applies
  static boolean addMerge(BytePairMerges merges, String line, int rank) {
    int space = line.indexOf(' ', 1);
    return space >= 0
        && merges.addIfApplicable(line.substring(0, space), line.substring(space + 1), rank);
  }
}
