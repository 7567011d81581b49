package puna.grammar.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.Rule.Token;
import puna.token.Tokenizer;

/// The tokens of a vocabulary by their bytes, as trees (see [TrieNodes]). Made once a vocabulary;
/// immutable and safe for all threads.
///
/// Tokens without bytes and tokens that end an answer have no node.
public final class TokenTrie {
  private static final int NO_TOKEN = -1;
  private static final int MOST_LENGTHS = 128;

  private final byte[][] bytes; // by token
  private final int[] endTokens;
  private final ToIntFunction<String> named;
  private final int longest;

  private final TrieNodes nodes;
  private final int[] characters; // by rank of a plain token
  private final long[] @Nullable [] plain =
      new long[MOST_LENGTHS + 2][]; // by the most characters; made when asked for
  private final int mostCharacters;
  private @Nullable Doubts doubts;

  private TokenTrie(byte[][] bytes, BitSet ends, ToIntFunction<String> named) {
    this.bytes = bytes;
    this.endTokens = ends.stream().toArray();
    this.named = named;
    List<Integer> kept = new ArrayList<>();
    int most = 0;
    for (int id = 0; id < bytes.length; id++) {
      most = Math.max(most, bytes[id].length);
      if (bytes[id].length > 0 && !ends.get(id)) {
        kept.add(id);
      }
    }
    longest = most;
    nodes = new TrieNodes(bytes, kept);
    characters = new int[nodes.plainTokens()];
    int mostCharacters = 0;
    for (int rank = 0; rank < characters.length; rank++) {
      characters[rank] = characters(bytes[nodes.order[rank]]);
      mostCharacters = Math.max(mostCharacters, characters[rank]);
    }
    this.mostCharacters = mostCharacters;
  }

  public static TokenTrie of(Tokenizer tokenizer) {
    int size = tokenizer.vocabularySize();
    byte[][] bytes = new byte[size][];
    BitSet ends = new BitSet();
    for (int id = 0; id < size; id++) {
      ends.set(id, tokenizer.isEndOfGeneration(id));
      bytes[id] = tokenizer.isSpecial(id) || ends.get(id) ? new byte[0] : tokenizer.bytes(id);
      if (bytes[id].length > Short.MAX_VALUE) {
        bytes[id] = new byte[0]; // a depth is a short, and no answer needs such a token
      }
    }
    return new TokenTrie(bytes, ends, name -> named(tokenizer, name));
  }

  /// A vocabulary of its own, for tests.
  static TokenTrie of(byte[][] bytes, BitSet ends, ToIntFunction<String> named) {
    return new TokenTrie(bytes, ends, named);
  }

  private static int named(Tokenizer tokenizer, String name) {
    OptionalInt special = tokenizer.special(name);
    if (special.isPresent()) {
      return special.getAsInt();
    }
    int[] ids = tokenizer.encodeWithSpecials(name);
    return ids.length == 1 ? ids[0] : NO_TOKEN;
  }

  private static int characters(byte[] utf8) {
    int count = 0;
    for (byte b : utf8) {
      count += (b & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }

  /// Which tokens a reading may refuse; made when it is asked for.
  synchronized Doubts doubts() {
    Doubts made = doubts == null ? new Doubts(this) : doubts;
    doubts = made;
    return made;
  }

  int vocabularySize() {
    return bytes.length;
  }

  /// How many words of 64 bits have one for each token.
  int words() {
    return bytes.length + 63 >> 6;
  }

  /// The bytes of a token in an answer; none for those that stand for no text.
  byte[] bytes(int token) {
    return token >= 0 && token < bytes.length ? bytes[token] : new byte[0];
  }

  int[] endTokens() {
    return endTokens;
  }

  boolean isEnd(int token) {
    return Arrays.binarySearch(endTokens, token) >= 0;
  }

  /// The length of the longest token in bytes.
  int longest() {
    return longest;
  }

  TrieNodes nodes() {
    return nodes;
  }

  /// The characters of the longest plain token.
  int mostCharacters() {
    return mostCharacters;
  }

  /// The plain tokens of at most so many characters, one bit a token; not to be changed.
  long[] plain(int most) {
    // beyond some length there are few tokens, and a mask of every length would be much to keep
    int length = most > MOST_LENGTHS ? mostCharacters() : Math.min(most, mostCharacters());
    if (most < mostCharacters() && length == mostCharacters()) {
      return findPlain(most);
    }
    synchronized (plain) {
      long[] known = plain[Math.min(length, MOST_LENGTHS + 1)];
      if (known == null) {
        known = findPlain(length);
        plain[Math.min(length, MOST_LENGTHS + 1)] = known;
      }
      return known;
    }
  }

  private long[] findPlain(int most) {
    long[] found = new long[words()];
    for (int rank = 0; rank < characters.length; rank++) {
      int id = nodes.order[rank];
      found[id >> 6] |= characters[rank] <= most ? 1L << id : 0;
    }
    return found;
  }

  /// The token that a grammar names: `<[1234]>` by its number, others by their text.
  ///
  /// @throws GrammarException when the vocabulary has no such token
  int resolve(Token token) {
    String text = token.text();
    int id = text.matches("<\\[\\d{1,9}]>") ? number(text) : named.applyAsInt(text);
    if (id < 0 || id >= bytes.length) {
      throw new GrammarException("the vocabulary has no token %s".formatted(text));
    }
    return id;
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(2, text.length() - 2));
  }
}
