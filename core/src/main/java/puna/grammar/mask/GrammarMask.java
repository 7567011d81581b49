package puna.grammar.mask;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Reading;
import puna.grammar.automaton.State;

/// Keeps one answer to a grammar.
///
/// A token that the grammar names is allowed where the grammar says so even if it ends the answer;
/// other end tokens are allowed where the text is complete.
public final class GrammarMask implements TokenMask {
  private final StateMasks masks;
  private State state;
  private Reading reading;
  private @Nullable TokenSet allowed; // at this place, once asked for; end tokens are left out

  GrammarMask(StateMasks masks) {
    this.masks = masks;
    this.state = masks.automaton().start();
    this.reading = Reading.start(masks.automaton());
  }

  @Override
  public boolean apply(float[] logits) {
    int[] ends = masks.trie().endTokens();
    boolean mayEnd = isComplete();
    float[] kept = new float[ends.length];
    for (int i = 0; i < ends.length; i++) {
      kept[i] = ends[i] < logits.length ? logits[ends[i]] : 0;
    }
    boolean any = keep(allowed().asBits(masks.trie().words()), logits);
    for (int i = 0; i < ends.length && mayEnd; i++) {
      if (ends[i] < logits.length) {
        logits[ends[i]] = kept[i];
        any = true;
      }
    }
    return any;
  }

  @Override
  public int @Nullable [] few(int most) {
    int[] tokens = allowed().few(most);
    if (tokens != null && isComplete()) {
      int[] ends = masks.trie().endTokens();
      tokens =
          IntStream.concat(IntStream.of(tokens), IntStream.of(ends)).sorted().distinct().toArray();
    }
    return tokens == null || tokens.length > most ? null : tokens;
  }

  private TokenSet allowed() {
    TokenSet known = allowed;
    if (known == null) {
      known = masks.of(state);
      if (reading.levelsLeft() < Doubts.FAR
          || reading.isLong()
          || masks.automaton().network().asksMore && !reading.isIdle()) {
        known = masks.trie().doubts().left(known, reading, masks.automaton(), state);
      }
      allowed = known;
    }
    return known;
  }

  private static boolean keep(long[] bits, float[] logits) {
    int words = logits.length + 63 >> 6;
    boolean any = false;
    int word = 0;
    while (word < words) {
      int first = word << 6;
      if (word >= bits.length || bits[word] == 0) {
        word = behindNone(bits, word, words);
        Arrays.fill(logits, first, Math.min(word << 6, logits.length), Float.NEGATIVE_INFINITY);
      } else {
        any = true;
        for (long out = ~bits[word]; out != 0; out &= out - 1) {
          int token = first + Long.numberOfTrailingZeros(out);
          if (token < logits.length) {
            logits[token] = Float.NEGATIVE_INFINITY;
          }
        }
        word++;
      }
    }
    return any;
  }

  private static int behindNone(long[] bits, int first, int words) {
    int word = first;
    while (word < words && (word >= bits.length || bits[word] == 0)) {
      word++;
    }
    return word;
  }

  /// Takes note of a token. After one that may not come no further token may come.
  @Override
  public void accept(int token) {
    allowed = null;
    State next = masks.after(state, token);
    if (next.isDead() && masks.trie().isEnd(token) && isComplete()) {
      return;
    }
    Automaton automaton = masks.automaton();
    Reading read = reading.after(masks.trie().bytes(token), automaton, state);
    state = read == null ? automaton.dead() : next;
    reading = read == null ? Reading.IDLE : read.demanding(automaton, next);
  }

  /// Takes note of text that came in another way than as a token.
  ///
  /// @return false when it may not come; then nothing has changed
  boolean accept(byte[] text) {
    State next = masks.automaton().step(state, text);
    Reading read = reading.after(text, masks.automaton(), state);
    if (next.isDead() || read == null) {
      return false;
    }
    allowed = null;
    reading = read;
    state = next;
    return true;
  }

  /// True where the answer may end.
  public boolean isComplete() {
    return state.ending.accepts();
  }

  /// True where the answer may go on.
  public boolean canGoOn() {
    return !state.isStuck();
  }

  State state() {
    return state;
  }

  Reading reading() {
    return reading;
  }
}
