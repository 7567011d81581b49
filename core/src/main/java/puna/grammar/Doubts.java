package puna.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tokens of a vocabulary that a [Reading] may refuse, by what is in them, so that few need a
/// look.
final class Doubts {
  private static final int MANY = 3;

  private final TokenTrie trie;
  private final List<long[]> quoted = new ArrayList<>(); // by least number of quotes
  private final long[] begun; // a quote and more
  private final long[] ends;
  private final long[] commas;
  private final long[] empty; // what begins and ends in one token

  Doubts(TokenTrie trie) {
    this.trie = trie;
    int words = trie.vocabularySize() + 63 >> 6;
    for (int quotes = 0; quotes <= MANY; quotes++) {
      quoted.add(new long[words]);
    }
    begun = new long[words];
    ends = new long[words];
    commas = new long[words];
    empty = new long[words];
    for (int token = 0; token < trie.vocabularySize(); token++) {
      add(token, trie.bytes(token));
    }
  }

  private void add(int token, byte[] bytes) {
    int quotes = 0;
    boolean opened = false;
    for (int i = 0; i < bytes.length; i++) {
      byte value = bytes[i];
      boolean end = value == '}' || value == ']';
      quotes += value == '"' ? 1 : 0;
      opened |= value == '{' || value == '[';
      set(begun, token, value == '"' && i < bytes.length - 1);
      set(ends, token, end);
      set(empty, token, end && opened);
      set(commas, token, value == ',');
    }
    for (int least = 1; least <= Math.min(quotes, MANY); least++) {
      set(quoted.get(least), token, true);
    }
  }

  private static void set(long[] bits, int token, boolean value) {
    bits[token >> 6] |= value ? 1L << token : 0;
  }

  /// The tokens without those that a reading refuses; nothing is changed in `bits`.
  long[] left(long[] bits, Reading reading, Automaton automaton, State state) {
    List<long[]> doubted = reading.doubtsAll() ? List.of(bits) : doubted(reading);
    List<byte[]> repeated = reading.doubtsAll() ? List.of() : reading.rests();
    long[] quotes = quoted.get(1);
    long[] left = null;
    for (int word = 0; word < bits.length; word++) {
      long sure = 0;
      for (long[] more : doubted) {
        sure |= more[word];
      }
      if (reading.isInString() && !reading.doubtsAll()) {
        sure &= quotes[word]; // without its end there is but text
      }
      long rest = (repeated.isEmpty() ? sure : sure | quotes[word]) & bits[word];
      for (; rest != 0; rest &= rest - 1) {
        int token = (word << 6) + Long.numberOfTrailingZeros(rest);
        boolean looked = (sure >>> token & 1) != 0 || ends(trie.bytes(token), repeated);
        if (looked && reading.after(trie.bytes(token), automaton, state) == null) {
          left = left == null ? Arrays.copyOf(bits, bits.length) : left;
          left[word] &= ~(1L << token);
        }
      }
    }
    return left == null ? bits : left;
  }

  private List<long[]> doubted(Reading reading) {
    List<long[]> doubted = new ArrayList<>(List.of(empty));
    if (reading.isDemanding()) {
      // the end of one string, the beginning of the next one and its end
      doubted.add(quoted.get(reading.isInString() ? MANY : 2));
    }
    addIf(reading.doubtsBeginnings(), begun, doubted);
    addIf(reading.doubtsEnds(), ends, doubted);
    addIf(reading.doubtsCommas(), commas, doubted);
    return doubted;
  }

  /// True where a token begins like one of the rests and ends it; true where it has escapes.
  private static boolean ends(byte[] token, List<byte[]> rests) {
    if (token[0] == '\\') {
      return true;
    }
    for (byte[] rest : rests) {
      int same = Arrays.mismatch(token, rest);
      if (same == rest.length && token[same] == '"' || same >= 0 && token[same] == '\\') {
        return true;
      }
    }
    return false;
  }

  private static void addIf(boolean needed, long[] more, List<long[]> into) {
    if (needed) {
      into.add(more);
    }
  }
}
