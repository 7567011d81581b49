package puna.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import puna.error.GrammarException;
import puna.grammar.Rule.Token;
import puna.token.Tokenizer;

/// The tokens of a vocabulary by their bytes, as a tree in which a node stands right before the
/// nodes below it. Made once a vocabulary; immutable and safe for all threads.
///
/// Tokens without bytes and tokens that end an answer have no node.
public final class TokenTrie {
  private static final int NO_TOKEN = -1;

  private final byte[][] bytes; // by token
  private final int[] endTokens;
  private final ToIntFunction<String> named;
  private final int longest;

  // by node
  private byte[] labels = new byte[1024];
  private short[] depths = new short[1024]; // the bytes up to and with the label
  private int[] ends = new int[1024]; // the node behind all that are below
  private int[] tokens = new int[1024]; // a token that ends here, or none
  private int nodes;
  private final int[] sameBytes; // by token: another with the same bytes, or none

  private TokenTrie(byte[][] bytes, BitSet ends, ToIntFunction<String> named) {
    this.bytes = bytes;
    this.endTokens = ends.stream().toArray();
    this.named = named;
    this.sameBytes = new int[bytes.length];
    Arrays.fill(sameBytes, NO_TOKEN);
    List<Integer> sorted = new ArrayList<>();
    int most = 0;
    for (int id = 0; id < bytes.length; id++) {
      most = Math.max(most, bytes[id].length);
      if (bytes[id].length > 0 && !ends.get(id)) {
        sorted.add(id);
      }
    }
    longest = most;
    sorted.sort((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
    build(sorted);
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

  private void build(List<Integer> sorted) {
    int[] path = new int[longest + 1];
    byte[] before = new byte[0];
    int last = NO_TOKEN;
    for (int id : sorted) {
      byte[] token = bytes[id];
      int common = Arrays.mismatch(before, token);
      if (common < 0) {
        sameBytes[id] = sameBytes[last];
        sameBytes[last] = id;
        continue;
      }
      for (int depth = before.length; depth > common; depth--) {
        ends[path[depth]] = nodes;
      }
      for (int depth = common; depth < token.length; depth++) {
        path[depth + 1] = node(token[depth], depth + 1);
      }
      tokens[nodes - 1] = id;
      before = token;
      last = id;
    }
    for (int depth = before.length; depth > 0; depth--) {
      ends[path[depth]] = nodes;
    }
    labels = Arrays.copyOf(labels, nodes);
    depths = Arrays.copyOf(depths, nodes);
    ends = Arrays.copyOf(ends, nodes);
    tokens = Arrays.copyOf(tokens, nodes);
  }

  private int node(byte label, int depth) {
    if (nodes == labels.length) {
      labels = Arrays.copyOf(labels, 2 * nodes);
      depths = Arrays.copyOf(depths, 2 * nodes);
      ends = Arrays.copyOf(ends, 2 * nodes);
      tokens = Arrays.copyOf(tokens, 2 * nodes);
    }
    labels[nodes] = label;
    depths[nodes] = (short) depth;
    tokens[nodes] = NO_TOKEN;
    return nodes++;
  }

  int vocabularySize() {
    return bytes.length;
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

  int nodes() {
    return nodes;
  }

  byte label(int node) {
    return labels[node];
  }

  int depth(int node) {
    return depths[node];
  }

  int end(int node) {
    return ends[node];
  }

  /// Sets the bits of all tokens that end at a node.
  void mark(int node, long[] bits) {
    for (int id = tokens[node]; id != NO_TOKEN; id = sameBytes[id]) {
      bits[id >> 6] |= 1L << id;
    }
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
