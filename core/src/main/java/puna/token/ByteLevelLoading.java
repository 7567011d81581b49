package puna.token;

import java.util.Arrays;
import puna.tensor.FileText;
import puna.tensor.ModelFormatException;

/// How tokens and merges are written in byte-level vocabularies, whichever file they come in.
final class ByteLevelLoading {
  private ByteLevelLoading() {}

  /// Appends a token as the file writes it: in the byte alphabet if it is a normal one, else
  /// literally. A normal token outside the alphabet keeps its text and is never produced.
  ///
  /// @param spelled scratch of [Vocabulary#LONGEST] bytes
  static void add(Vocabulary vocabulary, String token, TokenKind kind, byte[] spelled) {
    if (kind != TokenKind.NORMAL) {
      vocabulary.add(FileText.bytes(token), kind == TokenKind.BYTE ? TokenKind.UNUSED : kind);
      return;
    }
    if (token.length() > Vocabulary.LONGEST) {
      vocabulary.add(FileText.bytes(token), TokenKind.UNUSED);
      return;
    }
    int length = ByteAlphabet.spell(token, spelled, 0);
    if (length < 0) {
      vocabulary.add(FileText.bytes(token), TokenKind.UNUSED);
    } else {
      vocabulary.add(Arrays.copyOf(spelled, length), TokenKind.NORMAL);
    }
  }

  /// Adds a merge written as its two parts with a space between.
  static void addMerge(BytePairMerges merges, String line, int rank, String place) {
    int space = line.indexOf(' ', 1);
    if (space < 0) {
      throw new ModelFormatException(
          "%s must be two tokens with a space between, found \"%s\""
              .formatted(place, line.substring(0, Math.min(60, line.length()))));
    }
    merges.add(line.substring(0, space), line.substring(space + 1), rank, place);
  }
}
