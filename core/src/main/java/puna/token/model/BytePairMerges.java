package puna.token.model;

import java.util.Arrays;
import puna.error.ModelFormatException;

/// The pieces of a byte-level vocabulary and the merges that lead to them.
public final class BytePairMerges {
  private final Vocabulary vocabulary;
  private final PieceTable pieces;
  private final PairTable table;
  private final int[] byteIds = new int[256];
  private final int longest;

  // where a merge's two parts are spelled
  private final byte[] spelled = new byte[2 * Vocabulary.LONGEST];

  /// The pieces without merges.
  ///
  /// @throws ModelFormatException when two pieces have equal bytes
  public BytePairMerges(Vocabulary vocabulary, int expectedMerges) {
    this.vocabulary = vocabulary;
    this.pieces = new PieceTable(vocabulary.bytes(), vocabulary.size());
    this.table = new PairTable(expectedMerges);
    int longestPiece = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      int length = vocabulary.bytes().length(id);
      if (vocabulary.kind(id) == TokenKind.NORMAL && length > 0) {
        putDistinct(id);
        longestPiece = Math.max(longestPiece, length);
      }
    }
    this.longest = longestPiece;
    byte[] one = new byte[1];
    for (int b = 0; b < 256; b++) {
      one[0] = (byte) b;
      byteIds[b] = pieces.find(one, 0, 1);
    }
    // Merges may lead through tokens that text is cut at, such as runs of spaces.
    for (int id : vocabulary.specials()) {
      if (vocabulary.kind(id) == TokenKind.USER_DEFINED) {
        pieces.put(id);
      }
    }
  }

  /// Merges by the rank of what they make, as tiktoken defines them: every way to cut a token into
  /// two tokens is a merge of that token's rank, which is its id.
  ///
  /// @throws ModelFormatException when two pieces have equal bytes or a byte has none
  public static BytePairMerges byRank(Vocabulary vocabulary) {
    BytePairMerges merges = new BytePairMerges(vocabulary, vocabulary.size() * 5 / 2);
    ByteStrings bytes = vocabulary.bytes();
    for (int b = 0; b < 256; b++) {
      if (merges.byteIds[b] == PieceTable.NONE) {
        throw new ModelFormatException(
            "%s: every byte must be a token, found none for 0x%02X"
                .formatted(vocabulary.origin(), b));
      }
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kind(id) == TokenKind.NORMAL) {
        int start = bytes.start(id);
        int length = bytes.length(id);
        for (int cut = 1; cut < length; cut++) {
          int left = merges.pieces.find(bytes.bytes(), start, cut);
          int right =
              left == PieceTable.NONE
                  ? left
                  : merges.pieces.find(bytes.bytes(), start + cut, length - cut);
          if (right != PieceTable.NONE) {
            merges.table.put(left, right, id, id);
          }
        }
      }
    }
    return merges;
  }

  /// Adds a merge whose parts are written in the byte alphabet.
  ///
  /// @param place where the merge stands in the file, for messages
  /// @throws ModelFormatException when a part or the whole is no token
  public void add(String left, String right, int rank, String place) {
    if (!addIfApplicable(left, right, rank)) {
      throw new ModelFormatException(
          "%s: %s: both parts of a merge and the whole must be tokens, found \"%s\" and \"%s\""
              .formatted(vocabulary.origin(), place, left, right));
    }
  }

  /// Adds a merge whose parts are written in the byte alphabet.
  ///
  /// @return false where a part or the whole is no token, so that it never applies
  public boolean addIfApplicable(String left, String right, int rank) {
    int leftEnd = ByteAlphabet.spell(left, spelled, 0);
    int rightEnd = leftEnd <= 0 ? leftEnd : ByteAlphabet.spell(right, spelled, leftEnd);
    if (leftEnd <= 0 || rightEnd <= leftEnd) {
      return false;
    }
    int leftId = pieces.find(spelled, 0, leftEnd);
    int rightId = pieces.find(spelled, leftEnd, rightEnd - leftEnd);
    int result = pieces.find(spelled, 0, rightEnd);
    if (leftId == PieceTable.NONE || rightId == PieceTable.NONE || result == PieceTable.NONE) {
      return false;
    }
    table.put(leftId, rightId, rank, result);
    return true;
  }

  PieceTable pieces() {
    return pieces;
  }

  PairTable table() {
    return table;
  }

  /// The token of each byte, or [PieceTable#NONE].
  int[] byteIds() {
    return byteIds;
  }

  /// Bytes of the longest piece.
  int longest() {
    return longest;
  }

  public boolean coversAllBytes() {
    return Arrays.stream(byteIds).noneMatch(id -> id == PieceTable.NONE);
  }

  private void putDistinct(int id) {
    int earlier = pieces.put(id);
    if (earlier != id) {
      throw new ModelFormatException(
          "%s: tokens must differ, found %s and %s both as \"%s\""
              .formatted(
                  vocabulary.origin(),
                  earlier,
                  id,
                  ByteAlphabet.write(vocabulary.bytes().copy(id))));
    }
  }
}
