package puna.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The tokens of a vocabulary that a [Reading] may refuse, by what is in them, so that few need a
/// look.
final class Doubts {
  /// What a token has in it.
  private enum Piece {
    QUOTE,
    QUOTES, // two of them
    STRING_BETWEEN, // three: the end of a string, and another string
    BEGINNING, // a quote and more
    END,
    COMMA,
    EMPTY, // something that begins and ends
    BACKSLASH
  }

  private final TokenTrie trie;
  private final Map<Piece, int[]> tokens = new EnumMap<>(Piece.class);
  private final Map<Piece, int[]> quoted = new EnumMap<>(Piece.class); // those with a quote too

  Doubts(TokenTrie trie) {
    this.trie = trie;
    Map<Piece, List<Integer>> found = new EnumMap<>(Piece.class);
    for (Piece piece : Piece.values()) {
      found.put(piece, new ArrayList<>());
    }
    for (int token = 0; token < trie.vocabularySize(); token++) {
      String text = new String(trie.bytes(token), StandardCharsets.ISO_8859_1);
      for (Piece piece : Piece.values()) {
        if (has(text, piece)) {
          found.getOrDefault(piece, List.of()).add(token);
        }
      }
    }
    found.forEach((piece, list) -> {
      tokens.put(piece, list.stream().mapToInt(Integer::intValue).toArray());
      quoted.put(piece, list.stream().mapToInt(Integer::intValue).filter(this::isQuoted).toArray());
    });
  }

  private boolean isQuoted(int token) {
    for (byte value : trie.bytes(token)) {
      if (value == '"') {
        return true;
      }
    }
    return false;
  }

  private static boolean has(String text, Piece piece) {
    int quote = text.indexOf('"');
    int second = quote < 0 ? -1 : text.indexOf('"', quote + 1);
    return switch (piece) {
      case QUOTE -> quote >= 0;
      case QUOTES -> second >= 0;
      case STRING_BETWEEN -> second >= 0 && text.indexOf('"', second + 1) >= 0;
      case BEGINNING -> quote >= 0 && quote < text.length() - 1;
      case END -> text.indexOf('}') >= 0 || text.indexOf(']') >= 0;
      case BACKSLASH -> text.indexOf('\\') >= 0;
      case COMMA -> text.indexOf(',') >= 0;
      case EMPTY -> isAround(text, '{', '}') || isAround(text, '[', ']');
    };
  }

  private static boolean isAround(String text, char first, char last) {
    return text.indexOf(first) >= 0 && text.indexOf(first) < text.lastIndexOf(last);
  }

  /// The tokens without those that a reading refuses; nothing is changed in `bits`.
  long[] left(long[] bits, Reading reading, Automaton automaton, State state) {
    long[] left = Arrays.copyOf(bits, bits.length);
    if (reading.doubtsAll()) {
      for (int word = 0; word < bits.length; word++) {
        for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
          look((word << 6) + Long.numberOfTrailingZeros(rest), left, reading, automaton, state);
        }
      }
      return withoutEscapes(left);
    }
    // without its end there is but text in a string
    Map<Piece, int[]> possible = reading.isInString() ? quoted : tokens;
    for (Piece piece : doubted(reading)) {
      for (int token : possible.getOrDefault(piece, new int[0])) {
        look(token, left, reading, automaton, state);
      }
    }
    List<byte[]> rests = reading.rests();
    for (int token : rests.isEmpty() ? new int[0] : tokens.getOrDefault(Piece.QUOTE, new int[0])) {
      if (ends(trie.bytes(token), rests)) {
        look(token, left, reading, automaton, state);
      }
    }
    return left;
  }

  /// Where few texts are left an escape can begin that only ends as one that came: none is begun
  /// where there is another way.
  private long[] withoutEscapes(long[] bits) {
    long[] plain = Arrays.copyOf(bits, bits.length);
    for (int token : tokens.getOrDefault(Piece.BACKSLASH, new int[0])) {
      plain[token >> 6] &= ~(1L << token);
    }
    return Arrays.stream(plain).anyMatch(word -> word != 0) ? plain : bits;
  }

  private void look(int token, long[] left, Reading reading, Automaton automaton, State state) {
    if ((left[token >> 6] >>> token & 1) != 0
        && reading.after(trie.bytes(token), automaton, state) == null) {
      left[token >> 6] &= ~(1L << token);
    }
  }

  private static List<Piece> doubted(Reading reading) {
    List<Piece> doubted = new ArrayList<>(List.of(Piece.EMPTY));
    if (reading.isDemanding()) {
      doubted.add(reading.isInString() ? Piece.STRING_BETWEEN : Piece.QUOTES);
    }
    if (reading.doubtsBeginnings()) {
      doubted.add(Piece.BEGINNING);
    }
    if (reading.doubtsEnds()) {
      doubted.add(Piece.END);
    }
    if (reading.doubtsCommas()) {
      doubted.add(Piece.COMMA);
    }
    return doubted;
  }

  /// True where a token begins like one of the rests and ends it; true where it has escapes.
  private static boolean ends(byte[] token, List<byte[]> rests) {
    if (token[0] == '\\') {
      return true;
    }
    for (byte[] rest : rests) {
      int same = Arrays.mismatch(token, rest);
      if (same == rest.length && token[same] == '"' || same >= 0 && isEscape(token, same)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEscape(byte[] token, int place) {
    return place < token.length && token[place] == '\\';
  }
}
