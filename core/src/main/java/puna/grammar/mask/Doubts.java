package puna.grammar.mask;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Reading;
import puna.grammar.automaton.State;

/// The tokens of a vocabulary that a [Reading] may refuse, by what is in them, so that few need a
/// look.
final class Doubts {
  /// No token opens so many levels.
  static final int FAR = 16;

  private static final int[] NONE = {};

  private final TokenTrie trie;
  private final int[] quotes; // tokens with a quote, in the order of their bytes
  private final int[] strings; // with two of them
  private final int[] between; // three: the end of a string, and another string
  private final int[] wholes; // all that can be equal is in the token
  private final int[] beginnings; // a quote and more
  private final int[] commas;
  private final int[] commasAndQuotes;
  private final int[] escapes;
  private final int[] escapesAndQuotes;
  private final int[] opens;
  private final int[] opensTwo;
  private final int[] digits; // first

  Doubts(TokenTrie trie) {
    this.trie = trie;
    this.quotes =
        Arrays.stream(with(token -> count(token, '"') > 0))
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(trie.bytes(a), trie.bytes(b)))
            .mapToInt(Integer::intValue)
            .toArray();
    this.strings = among(quotes, token -> count(token, '"') > 1);
    this.between = among(strings, token -> count(token, '"') > 2);
    this.wholes = with(token -> count(token, '"') > 3 || isBehind(token, '[', ','));
    this.beginnings = among(quotes, token -> first(token, '"') < token.length - 1);
    this.commas = with(token -> count(token, ',') > 0);
    this.commasAndQuotes = among(commas, token -> count(token, '"') > 0);
    this.escapes = with(token -> count(token, '\\') > 0);
    this.escapesAndQuotes = among(escapes, token -> count(token, '"') > 0);
    this.opens = with(token -> opened(token) > 0);
    this.opensTwo = among(opens, token -> opened(token) > 1);
    this.digits = with(token -> token.length > 0 && token[0] >= '0' && token[0] <= '9');
  }

  private int[] with(Predicate<byte[]> has) {
    return IntStream.range(0, trie.vocabularySize())
        .filter(token -> has.test(trie.bytes(token)))
        .toArray();
  }

  private int[] among(int[] tokens, Predicate<byte[]> has) {
    return Arrays.stream(tokens).filter(token -> has.test(trie.bytes(token))).toArray();
  }

  boolean hasQuote(int token) {
    return count(trie.bytes(token), '"') > 0;
  }

  private static int count(byte[] token, char wanted) {
    int count = 0;
    for (byte value : token) {
      count += value == wanted ? 1 : 0;
    }
    return count;
  }

  private static int opened(byte[] token) {
    return count(token, '{') + count(token, '[');
  }

  private static int first(byte[] token, char wanted) {
    int place = 0;
    while (place < token.length && token[place] != wanted) {
      place++;
    }
    return place;
  }

  private static boolean isBehind(byte[] token, char before, char wanted) {
    int place = first(token, before);
    while (place < token.length && token[place] != wanted) {
      place++;
    }
    return place < token.length;
  }

  /// The tokens without those that a reading refuses.
  TokenSet left(TokenSet tokens, Reading reading, Automaton automaton, State state) {
    long[] bits = tokens.asBits(trie.words());
    Look look = new Look(bits, reading, automaton, state);
    if (automaton.network().asksMore) {
      if (reading.doubtsAll()) {
        look.all();
        look.leaveOut(escapes, false); // one may begin that only ends as a text that came
      } else {
        doubted(reading, look);
      }
    }
    if (reading.levelsLeft() < FAR) {
      look.leaveOut(reading.levelsLeft() > 0 ? opensTwo : opens, state.ending.accepts());
    }
    if (reading.isLong()) {
      look.leaveOut(digits, state.ending.accepts());
    }
    return look.changed ? new TokenSet(NONE, look.left, NONE) : tokens;
  }

  private void doubted(Reading reading, Look look) {
    look.at(wholes);
    if (reading.isWatching()) {
      look.at(between);
      texts(reading, look);
    } else if (reading.remembers()) {
      look.at(reading.isInString() ? between : strings);
    }
    if (reading.doubtsBeginnings()) {
      look.at(reading.isInString() ? strings : beginnings);
    }
    if (reading.doubtsCommas()) {
      look.at(reading.isInString() ? commasAndQuotes : commas);
    }
  }

  /// Tokens that end a text as one that came.
  private void texts(Reading reading, Look look) {
    if (reading.isInsideCharacter()) {
      look.at(quotes);
      return;
    }
    List<byte[]> rests = reading.rests();
    for (byte[] rest : rests) {
      byte[] ended = Arrays.copyOf(rest, rest.length + 1);
      ended[rest.length] = '"';
      for (int i = place(ended); i < quotes.length && begins(trie.bytes(quotes[i]), ended); i++) {
        look.at(quotes[i]);
      }
    }
    if (!rests.isEmpty()) {
      look.at(escapesAndQuotes);
    }
  }

  /// Where tokens with a quote begin that are not less than a text.
  private int place(byte[] text) {
    int low = 0;
    int high = quotes.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (Arrays.compareUnsigned(trie.bytes(quotes[middle]), text) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean begins(byte[] token, byte[] text) {
    int same = Arrays.mismatch(token, text);
    return same < 0 || same == text.length;
  }

  /// One mask: the tokens that are left of it.
  private final class Look {
    private final long[] bits;
    private final Reading reading;
    private final Automaton automaton;
    private final State state;
    private long[] left;
    private boolean changed;

    Look(long[] bits, Reading reading, Automaton automaton, State state) {
      this.bits = bits;
      this.reading = reading;
      this.automaton = automaton;
      this.state = state;
      this.left = bits;
    }

    void all() {
      for (int word = 0; word < bits.length; word++) {
        for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
          at((word << 6) + Long.numberOfTrailingZeros(rest));
        }
      }
    }

    void at(int[] tokens) {
      for (int token : tokens) {
        at(token);
      }
    }

    void at(int token) {
      if ((left[token >> 6] >>> token & 1) != 0
          && reading.after(trie.bytes(token), automaton, state) == null) {
        own()[token >> 6] &= ~(1L << token);
      }
    }

    private long[] own() {
      if (!changed) {
        changed = true;
        left = bits.clone();
      }
      return left;
    }

    /// Leaves tokens out, as long as there is another way.
    void leaveOut(int[] tokens, boolean mayEnd) {
      long[] without = left.clone();
      for (int token : tokens) {
        without[token >> 6] &= ~(1L << token);
      }
      if (mayEnd || Arrays.stream(without).anyMatch(word -> word != 0)) {
        changed = true;
        left = without;
      }
    }
  }
}
