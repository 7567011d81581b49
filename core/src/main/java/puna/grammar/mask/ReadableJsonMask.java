package puna.grammar.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Reading;
import puna.grammar.automaton.State;

/// Keeps an answer in JSON to its grammar, and sees to it that it ends within so many tokens where
/// that is asked for.
public final class ReadableJsonMask implements TokenMask {
  /// What may be needed beside the shortest end to make a name differ from those that came.
  private static final int TO_DIFFER = 6;

  private final StateMasks masks;
  private final GrammarMask mask;
  private final TokenTrie trie;
  private final @Nullable ShortestEnd end;
  private final Map<State, Integer> farthest = new HashMap<>();
  private int left; // tokens, where the answer must end

  /// The mask of a new answer.
  public ReadableJsonMask(StateMasks masks) {
    this(masks, OptionalInt.empty());
  }

  /// The mask of a new answer that ends within so many tokens, if a number is given.
  ///
  /// @throws GrammarException when the shortest answer needs more
  public ReadableJsonMask(StateMasks masks, OptionalInt endsWithin) {
    this.masks = masks;
    this.mask = masks.mask();
    this.trie = masks.trie();
    this.left = endsWithin.orElse(Integer.MAX_VALUE);
    this.end = endsWithin.isPresent() ? new ShortestEnd(masks) : null;
    if (end != null && !end.isWithin(left, mask.state())) {
      throw new GrammarException(
          "an answer must end within %s tokens, and the shortest needs %s"
              .formatted(left, Math.min(end.bytes(mask.state()), end.tokens(mask.state()))));
    }
  }

  @Override
  public boolean apply(float[] logits) {
    boolean any = mask.apply(logits);
    if (any && end != null) {
      keepWithin(end, logits);
    }
    return any;
  }

  @Override
  public int @Nullable [] few(int most) {
    return end == null ? mask.few(most) : null;
  }

  @Override
  public void accept(int token) {
    mask.accept(token);
    left--;
  }

  /// Keeps the tokens behind which the end is within reach; better those with room for names that
  /// differ.
  private void keepWithin(ShortestEnd shortest, float[] logits) {
    State state = mask.state();
    Reading reading = mask.reading();
    Integer far = farthest.get(state);
    if (far == null) {
      far = farthest(state, shortest);
      farthest.put(state, far);
    }
    if (far + TO_DIFFER < left) {
      return;
    }
    boolean loops = !reading.mayRepeat() && loops(state);
    boolean mayLoop = loops && shortest.isWithin(left - 1, state);
    IntStream tokens = mayLoop ? others() : IntStream.range(0, trie.vocabularySize());
    BitSet without = new BitSet();
    BitSet narrow = new BitSet();
    tokens
        .filter(token -> isIn(logits, token) && !trie.isEnd(token))
        .forEach(token -> {
          boolean same = loops && isPlain(token);
          State next = same ? state : masks.after(state, token);
          boolean mayRepeat = !same && mayRepeat(reading, token, state);
          without.set(token, !shortest.isWithin(left - 1, next));
          narrow.set(token, mayRepeat && !shortest.isWithin(left - 1 - TO_DIFFER, next));
        });
    narrow.or(without);
    if (!leaveOut(logits, narrow)) {
      leaveOut(logits, without);
    }
  }

  private boolean mayRepeat(Reading reading, int token, State state) {
    if (!reading.remembers()) {
      return false;
    }
    boolean inside = reading.isInString() && !reading.mayRepeat(); // up to the quote that ends it
    if (inside && !trie.doubts().hasQuote(token)) {
      return false;
    }
    Reading next = reading.after(trie.bytes(token), masks.automaton(), state);
    return next != null && next.mayRepeat();
  }

  /// The most tokens that may be needed behind the next one.
  private int farthest(State state, ShortestEnd shortest) {
    BitSet allowed = BitSet.valueOf(masks.of(state).asBits(trie.words()));
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
