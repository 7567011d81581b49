package puna.token.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;
import puna.error.ModelFormatException;

/// The symbols of a SentencePiece vocabulary and the merges between them.
///
/// A symbol is a piece, or a character that occurs in pieces without being one. Symbols that are
/// pieces have the piece's id; the others follow behind the vocabulary. Spaces stand for ▁.
public final class SentencePieceMerges {
  private static final char REPLACEMENT = '\uFFFD';

  private final Vocabulary vocabulary;
  private final ByteStrings bytes = new ByteStrings();
  private final PieceTable symbols;
  private final PairTable table;
  private final int[] byteIds = new int[256];

  // a bit for each pair (last byte of a character, first byte of the next) that some piece contains
  private final long[] joins = new long[1 << 10];

  /// The symbols without merges.
  ///
  /// @throws ModelFormatException when pieces are equal or byte tokens incomplete
  public SentencePieceMerges(Vocabulary vocabulary, int expectedMerges) {
    this.vocabulary = vocabulary;
    int size = vocabulary.size();
    for (int id = 0; id < size; id++) {
      bytes.add(vocabulary.bytes().copy(id));
    }
    int characters = addCharacters();
    this.symbols = new PieceTable(bytes, size + characters);
    this.table = new PairTable(expectedMerges);
    for (int id = 0; id < size; id++) {
      if (isMergeable(id)) {
        putDistinct(id);
        joinInside(id);
      }
    }
    for (int id = size; id < bytes.size(); id++) {
      symbols.put(id);
    }
    for (int lead = 0; lead < 256; lead++) {
      for (int continuation = 0x80; continuation < 0xC0; continuation++) {
        join(lead, continuation);
      }
    }
    findByteTokens();
  }

  /// Merges by the scores of what they make: the higher the score, the earlier.
  public static SentencePieceMerges byScore(Vocabulary vocabulary, double[] scores) {
    SentencePieceMerges merges = new SentencePieceMerges(vocabulary, vocabulary.size() * 4);
    Integer[] order =
        IntStream.range(0, vocabulary.size())
            .filter(merges::isMergeable)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -scores[id]))
            .toArray(Integer[]::new);
    int rank = 0;
    for (int i = 0; i < order.length; i++) {
      if (i > 0 && scores[order[i]] != scores[order[i - 1]]) {
        rank++;
      }
      merges.addAllCuts(order[i], rank);
    }
    return merges;
  }

  /// Adds the merge of two pieces into a third.
  public void add(int left, int right, int rank, int result) {
    table.put(left, right, rank, result);
    byte[] head = bytes.copy(left);
    byte[] tail = bytes.copy(right);
    if (head.length > 0 && tail.length > 0) {
      join(head[head.length - 1] & 0xFF, tail[0] & 0xFF);
    }
  }

  PairTable table() {
    return table;
  }

  /// The symbol of one character, or [PieceTable#NONE].
  int symbol(byte[] text, int from, int length) {
    return symbols.find(text, from, length);
  }

  /// The bytes of symbols.
  ByteStrings bytes() {
    return bytes;
  }

  /// False where no piece has these two characters side by side, so that nothing can ever merge
  /// across. `last` is the last byte of a character, `first` the first of the next; within a
  /// character the answer is true.
  boolean mayJoin(int last, int first) {
    int pair = (last & 0xFF) << 8 | (first & 0xFF);
    return (joins[pair >>> 6] >>> pair & 1) != 0;
  }

  boolean hasByteTokens() {
    return byteIds[0] != PieceTable.NONE;
  }

  int byteToken(int b) {
    return byteIds[b & 0xFF];
  }

  private boolean isMergeable(int id) {
    TokenKind kind = vocabulary.kind(id);
    return (kind == TokenKind.NORMAL || kind == TokenKind.USER_DEFINED) && bytes.length(id) > 0;
  }

  /// Appends the characters of pieces that are no pieces; characters more than once do no harm.
  private int addCharacters() {
    int size = vocabulary.size();
    Set<String> characters = new LinkedHashSet<>();
    for (int id = 0; id < size; id++) {
      if (isMergeable(id)) {
        vocabulary.text(id).codePoints().forEach(c -> characters.add(Character.toString(c)));
      }
    }
    for (String character : characters) {
      bytes.add(Utf8.encode(character));
    }
    return characters.size();
  }

  private void addAllCuts(int id, int rank) {
    int start = bytes.start(id);
    int end = start + bytes.length(id);
    for (int cut = Utf8.next(bytes.bytes(), start);
        cut < end;
        cut = Utf8.next(bytes.bytes(), cut)) {
      int left = symbols.find(bytes.bytes(), start, cut - start);
      int right = left == PieceTable.NONE ? left : symbols.find(bytes.bytes(), cut, end - cut);
      if (right != PieceTable.NONE) {
        table.put(left, right, rank, id);
      }
    }
  }

  private void joinInside(int id) {
    int start = bytes.start(id);
    for (int i = start + 1; i < start + bytes.length(id); i++) {
      join(bytes.bytes()[i - 1] & 0xFF, bytes.bytes()[i] & 0xFF);
    }
  }

  private void join(int last, int first) {
    int pair = last << 8 | first;
    joins[pair >>> 6] |= 1L << pair;
  }

  private void putDistinct(int id) {
    int earlier = symbols.put(id);
    // Bytes that are no text look alike once they are replaced, and differ in the file.
    if (earlier != id && vocabulary.text(id).indexOf(REPLACEMENT) < 0) {
      throw new ModelFormatException(
          "%s: tokens must differ, found %s and %s both as \"%s\""
              .formatted(vocabulary.origin(), earlier, id, vocabulary.text(id)));
    }
  }

  private void findByteTokens() {
    Arrays.fill(byteIds, PieceTable.NONE);
    int found = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.kind(id) == TokenKind.BYTE) {
        int b = bytes.bytes()[bytes.start(id)] & 0xFF;
        if (byteIds[b] != PieceTable.NONE) {
          throw new ModelFormatException(
              "%s: tokens must differ, found %s and %s both as byte 0x%02X"
                  .formatted(vocabulary.origin(), byteIds[b], id, b));
        }
        byteIds[b] = id;
        found++;
      }
    }
    if (found != 0 && found != 256) {
      throw new ModelFormatException(
          "%s: there must be byte tokens for all 256 bytes or for none, found %s"
              .formatted(vocabulary.origin(), found));
    }
  }
}
