package puna.chat.tools;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import puna.chat.tools.Thinking.Start;
import puna.grammar.mask.TokenMask;
import puna.token.Tokenizer;

/// Lets a model think freely before it answers, up to a bound, and binds its answer behind the
/// closing mark. A model that writes the opening mark itself, and does not, is bound from its first
/// token.
public final class ReasoningMask implements TokenMask {
  /// Tokens of white space that may come between the closing mark and a bound answer.
  private static final int MOST_BLANKS = 4;

  private final ReasoningTokens tokens;
  private final byte[] open;
  private final byte[] close;
  private final int bound;
  private final Optional<Supplier<TokenMask>> answer;
  private final Ending ending;
  private Place place;
  private byte[] text = {}; // that may be the beginning of a mark
  private @Nullable TokenMask current;
  private int spent;
  private int forced;
  private int blanks;

  /// Whether the model may end its turn while it thinks.
  public enum Ending {
    ALLOWED,
    /// The answer is bound: there must be one.
    FORBIDDEN
  }

  private enum Place {
    BEFORE,
    INSIDE,
    CLOSING,
    BEHIND,
    ANSWER
  }

  private ReasoningMask(
      ReasoningTokens tokens,
      Start start,
      OptionalInt bound,
      Optional<Supplier<TokenMask>> answer,
      Ending ending) {
    this.tokens = tokens;
    this.open = tokens.thinking().open().getBytes(StandardCharsets.UTF_8);
    this.close = tokens.thinking().close().getBytes(StandardCharsets.UTF_8);
    this.bound = bound.orElse(Integer.MAX_VALUE);
    this.answer = answer;
    this.ending = ending;
    this.place = start == Start.BEGUN ? Place.INSIDE : Place.BEFORE;
    this.current = answer.map(Supplier::get).orElse(null);
  }

  /// Makes masks for the answers of one model.
  ///
  /// @param thinking the marks
  /// @param endsAnswer true for tokens that end the model's turn
  public static Factory factory(Tokenizer tokenizer, Thinking thinking, IntPredicate endsAnswer) {
    return new Factory(ReasoningTokens.of(tokenizer, thinking, endsAnswer));
  }

  /// Makes masks of one vocabulary and one way to think.
  public static final class Factory {
    private final ReasoningTokens tokens;

    private Factory(ReasoningTokens tokens) {
      this.tokens = tokens;
    }

    /// @param start `MODEL` or `BEGUN`
    /// @param bound tokens after which the reasoning is closed
    /// @param answer what the answer is bound to
    public ReasoningMask mask(
        Start start, OptionalInt bound, Optional<Supplier<TokenMask>> answer, Ending ending) {
      return new ReasoningMask(tokens, start, bound, answer, ending);
    }
  }

  @Override
  public boolean apply(float[] logits) {
    return switch (place) {
      case BEFORE -> current == null || applyWith(current, logits, this::opens);
      case INSIDE -> inside(logits);
      case CLOSING -> force(logits);
      case BEHIND ->
          current == null
              || applyWith(current, logits, token -> blanks < MOST_BLANKS && tokens.isBlank(token));
      case ANSWER -> current == null || current.apply(logits);
    };
  }

  @Override
  public int @Nullable [] few(int most) {
    return place == Place.ANSWER && current != null ? current.few(most) : null;
  }

  @Override
  public void accept(int token) {
    switch (place) {
      case BEFORE -> before(token);
      case INSIDE, CLOSING -> think(token);
      case BEHIND -> {
        if (tokens.isBlank(token) && blanks < MOST_BLANKS) {
          blanks++;
        } else {
          place = Place.ANSWER;
          pass(token);
        }
      }
      case ANSWER -> pass(token);
    }
  }

  private void pass(int token) {
    if (current != null) {
      current.accept(token);
    }
  }

  /// The tokens of a mask, and others beside them.
  private static boolean applyWith(TokenMask mask, float[] logits, IntPredicate more) {
    float[] before = logits.clone();
    boolean any = mask.apply(logits);
    for (int token = 0; token < logits.length; token++) {
      if (logits[token] == Float.NEGATIVE_INFINITY && more.test(token)) {
        logits[token] = before[token];
        any = true;
      }
    }
    return any;
  }

  /// Whether a token goes on with the opening mark, or completes it.
  private boolean opens(int token) {
    if (tokens.open().equals(OptionalInt.of(token))) {
      return text.length == 0;
    }
    byte[] bytes = tokens.bytes(token);
    byte[] joined = strip(join(text, bytes));
    int common = Math.min(joined.length, open.length);
    return bytes.length > 0 && common > 0 && Arrays.equals(joined, 0, common, open, 0, common);
  }

  private void before(int token) {
    pass(token);
    if (tokens.open().equals(OptionalInt.of(token)) && text.length == 0) {
      enter(new byte[0]);
      return;
    }
    text = strip(join(text, tokens.bytes(token)));
    int common = Math.min(text.length, open.length);
    if (!Arrays.equals(text, 0, common, open, 0, common)) {
      place = Place.ANSWER; // the mask of the answer has seen all of it
    } else if (text.length >= open.length) {
      enter(Arrays.copyOfRange(text, open.length, text.length));
    }
  }

  private void enter(byte[] rest) {
    place = Place.INSIDE;
    text = rest;
    current = answer.map(Supplier::get).orElse(null);
  }

  private boolean inside(float[] logits) {
    if (spent >= bound) {
      place = Place.CLOSING;
      return force(logits);
    }
    if (ending == Ending.FORBIDDEN) {
      ban(logits, tokens.ends());
    }
    if (current != null) {
      for (int token : tokens.spills()) {
        if (token < logits.length && closesWithMore(token)) {
          logits[token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    return true;
  }

  /// Whether the token ends the reasoning and begins the answer: then the answer could not be kept
  /// to its form.
  private boolean closesWithMore(int token) {
    byte[] joined = join(text, tokens.bytes(token));
    int at = find(joined, close);
    return at >= 0 && !ReasoningTokens.isBlank(joined, at + close.length);
  }

  private boolean force(float[] logits) {
    int token = tokens.closing()[forced];
    float kept = logits[token];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    logits[token] = kept == Float.NEGATIVE_INFINITY ? 0 : kept;
    return true;
  }

  private void think(int token) {
    spent++;
    if (tokens.close().equals(OptionalInt.of(token))) {
      place = Place.BEHIND;
      return;
    }
    byte[] joined = join(text, tokens.bytes(token));
    if (find(joined, close) >= 0) {
      place = Place.BEHIND;
      return;
    }
    text = Arrays.copyOfRange(joined, Math.max(0, joined.length - close.length + 1), joined.length);
    forced += place == Place.CLOSING ? 1 : 0;
    if (forced == tokens.closing().length) {
      place = Place.ANSWER; // cannot be, unless the vocabulary spells its own mark otherwise
    }
  }

  private static void ban(float[] logits, int[] banned) {
    for (int token : banned) {
      if (token < logits.length) {
        logits[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static byte[] strip(byte[] bytes) {
    int from = 0;
    while (from < bytes.length && Layout.isSpace((char) bytes[from])) {
      from++;
    }
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static int find(byte[] text, byte[] mark) {
    for (int at = 0; at + mark.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + mark.length, mark, 0, mark.length)) {
        return at;
      }
    }
    return -1;
  }
}
