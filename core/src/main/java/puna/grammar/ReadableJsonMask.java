package puna.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PrimitiveIterator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.JsonPlace.Part;

/// Keeps JSON within what readers read: where a grammar admits values of any depth and numbers of
/// any length, nothing is opened below a depth, and numbers end after so many digits; where it
/// admits free names, none comes twice in an object. It can also see to it that the answer ends.
/// Where the grammar admits nothing else, it is left alone.
///
/// It follows the text by its bytes, so it serves every grammar in which brackets and quotes are
/// JSON's.
public final class ReadableJsonMask implements TokenMask {
  /// Levels below which nothing is opened; readers take 256.
  static final int MOST_LEVELS = 240;

  /// Digits of a number before its point; the largest double has 309.
  static final int MOST_WHOLE_DIGITS = 350;

  /// Digits of a number behind its point.
  static final int MOST_FRACTION_DIGITS = 40;

  /// What may be needed beside the shortest end to make a name differ from those that came.
  private static final int TO_DIFFER = 6;

  private final GrammarMasks masks;
  private final GrammarMask mask;
  private final TokenTrie trie;
  private final FreshNames fresh;
  private final @Nullable ShortestEnd end;
  private final Map<State, Integer> farthest = new HashMap<>();
  private int left; // tokens, where the answer must end
  private JsonPlace place = JsonPlace.START;

  /// The mask of a new answer.
  public ReadableJsonMask(GrammarMasks masks) {
    this(masks, OptionalInt.empty());
  }

  /// The mask of a new answer that ends within so many tokens, if a number is given.
  ///
  /// @throws GrammarException when the shortest answer needs more
  public ReadableJsonMask(GrammarMasks masks, OptionalInt endsWithin) {
    this.masks = masks;
    this.mask = masks.mask();
    this.trie = masks.trie();
    this.fresh = new FreshNames(masks.automaton());
    this.left = endsWithin.orElse(Integer.MAX_VALUE);
    this.end = endsWithin.isPresent() ? new ShortestEnd(masks.automaton(), trie) : null;
    if (end != null && !end.isWithin(left, mask.state())) {
      throw new GrammarException(
          "an answer must end within %s tokens, and the shortest needs %s"
              .formatted(left, Math.min(end.bytes(mask.state()), end.tokens(mask.state()))));
    }
  }

  @Override
  public boolean apply(float[] logits) {
    boolean any = mask.apply(logits);
    if (!any) {
      return false;
    }
    boolean deep = place.depth() >= MOST_LEVELS;
    boolean shallow = place.depth() < MOST_LEVELS - 16; // no token opens so many
    if (!shallow) {
      leaveOut(logits, token -> opens(token, deep));
    }
    int most = place.fraction() ? MOST_FRACTION_DIGITS : MOST_WHOLE_DIGITS;
    if (place.digits() >= most) {
      leaveOut(logits, this::goesOnWithNumber);
    }
    if (place.hasNames()) {
      leaveOutNames(logits);
    }
    if (end != null) {
      keepWithin(end, logits);
    }
    return true;
  }

  @Override
  public void accept(int token) {
    mask.accept(token);
    place = place.after(trie.bytes(token));
    left--;
  }

  private boolean opens(int token, boolean deep) {
    int opened = 0;
    for (byte value : trie.bytes(token)) {
      opened += value == '{' || value == '[' ? 1 : 0;
    }
    return opened > (deep ? 0 : 1);
  }

  private boolean goesOnWithNumber(int token) {
    byte[] text = trie.bytes(token);
    return text.length > 0 && text[0] >= '0' && text[0] <= '9';
  }

  /// Leaves out tokens that make a name come twice, or begin one that can only become such a name.
  private void leaveOutNames(float[] logits) {
    switch (place.part()) {
      case STRING, STRING_ESCAPE ->
          leaveOut(logits, trie.withQuoteAndComma().stream(), this::repeatsName);
      case VALUE -> leaveOut(logits, trie.withComma().stream(), this::repeatsName);
      case BEFORE_NAME, NAME_ESCAPE -> leaveOut(logits, this::repeatsName);
      case NAME -> {
        BitSet next = place.nextInNames();
        next.set('\\');
        if (place.mayRepeat()) {
          leaveOut(logits, token -> isNear(token, next) && repeatsName(token));
        } else {
          leaveOut(logits, trie.withQuoteAndComma().stream(), this::repeatsName);
        }
      }
      case REPEATED -> {}
    }
  }

  private boolean isNear(int token, BitSet next) {
    byte[] bytes = trie.bytes(token);
    return trie.withQuote().get(token) || bytes.length > 0 && next.get(bytes[0] & 0xFF);
  }

  private boolean repeatsName(int token) {
    JsonPlace next = place.after(trie.bytes(token));
    return next.part() == Part.REPEATED
        || next.mayRepeat() && !fresh.isThere(masks.after(mask.state(), token), next);
  }

  /// Keeps the tokens behind which the end is within reach; better those with room for names that
  /// differ.
  private void keepWithin(ShortestEnd shortest, float[] logits) {
    State state = mask.state();
    Integer far = farthest.get(state);
    if (far == null) {
      far = farthest(state, shortest);
      farthest.put(state, far);
    }
    if (far + TO_DIFFER < left) {
      return;
    }
    boolean loops = !place.mayRepeat() && loops(state);
    boolean mayLoop = loops && shortest.isWithin(left - 1, state);
    IntStream tokens = mayLoop ? others() : IntStream.range(0, trie.vocabularySize());
    BitSet without = new BitSet();
    BitSet narrow = new BitSet();
    tokens
        .filter(token -> isIn(logits, token) && !trie.isEnd(token))
        .forEach(token -> {
          boolean same = loops && isPlain(token);
          State next = same ? state : masks.after(state, token);
          boolean mayRepeat = !same && place.after(trie.bytes(token)).mayRepeat();
          without.set(token, !shortest.isWithin(left - 1, next));
          narrow.set(token, mayRepeat && !shortest.isWithin(left - 1 - TO_DIFFER, next));
        });
    narrow.or(without);
    if (!leaveOut(logits, narrow)) {
      leaveOut(logits, without);
    }
  }

  /// The most tokens that may be needed behind the next one.
  private int farthest(State state, ShortestEnd shortest) {
    BitSet allowed = BitSet.valueOf(masks.of(state).bits());
    boolean loops = loops(state);
    int far = loops ? shortest.bound(state) : 0;
    PrimitiveIterator.OfInt tokens = (loops ? others() : allowed.stream()).iterator();
    while (tokens.hasNext()) {
      int token = tokens.nextInt();
      if (allowed.get(token)) {
        far = Math.max(far, shortest.bound(masks.after(state, token)));
      }
    }
    return far;
  }

  /// Whether all plain tokens lead back to the state.
  private boolean loops(State state) {
    Automaton automaton = masks.automaton();
    return state.equals(automaton.stepPlain(state))
        && state.equals(automaton.stepBeyondAscii(state));
  }

  private boolean isPlain(int token) {
    long[] plain = trie.plain(trie.mostCharacters());
    return (plain[token >> 6] >>> token & 1) != 0;
  }

  /// The tokens that are not plain.
  private IntStream others() {
    TrieNodes nodes = trie.nodes();
    return Arrays.stream(nodes.order, nodes.plainTokens(), nodes.order.length);
  }

  private void leaveOut(float[] logits, IntPredicate out) {
    leaveOut(logits, IntStream.range(0, trie.vocabularySize()), out);
  }

  /// Leaves tokens out, if others remain.
  private static void leaveOut(float[] logits, IntStream candidates, IntPredicate out) {
    BitSet without = new BitSet();
    candidates.filter(token -> isIn(logits, token) && out.test(token)).forEach(without::set);
    leaveOut(logits, without);
  }

  private static boolean isIn(float[] logits, int token) {
    return token < logits.length && logits[token] != Float.NEGATIVE_INFINITY;
  }

  /// @return false where no others remain, and nothing was done
  private static boolean leaveOut(float[] logits, BitSet without) {
    boolean others = without.isEmpty() || hasOthers(logits, without);
    if (others) {
      without.stream().forEach(token -> logits[token] = Float.NEGATIVE_INFINITY);
    }
    return others;
  }

  private static boolean hasOthers(float[] logits, BitSet without) {
    for (int token = 0; token < logits.length; token++) {
      if (logits[token] != Float.NEGATIVE_INFINITY && !without.get(token)) {
        return true;
      }
    }
    return false;
  }
}
