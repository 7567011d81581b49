package puna.grammar;

import java.util.function.IntPredicate;

/// Keeps JSON within what readers read: where a grammar admits values of any depth and numbers of
/// any length, nothing is opened below a depth, and numbers end after so many digits. Where the
/// grammar admits nothing else, it is left alone.
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

  private final TokenMask mask;
  private final TokenTrie trie;
  private int levels;
  private int digits; // of the part of a number that is being written
  private boolean fraction;
  private boolean inString;
  private boolean escaped;

  public ReadableJsonMask(GrammarMasks masks) {
    this.mask = masks.mask();
    this.trie = masks.trie();
  }

  @Override
  public boolean apply(float[] logits) {
    boolean any = mask.apply(logits);
    boolean deep = levels >= MOST_LEVELS;
    boolean shallow = levels < MOST_LEVELS - 16; // no token opens so many
    if (any && !shallow) {
      leaveOut(logits, token -> opens(token, deep));
    }
    if (any && digits >= (fraction ? MOST_FRACTION_DIGITS : MOST_WHOLE_DIGITS)) {
      leaveOut(logits, this::goesOnWithNumber);
    }
    return any;
  }

  @Override
  public void accept(int token) {
    mask.accept(token);
    for (byte value : trie.bytes(token)) {
      follow(value);
    }
  }

  private void follow(byte value) {
    if (inString) {
      inString = escaped || value != '"';
      escaped = !escaped && value == '\\';
      return;
    }
    switch (value) {
      case '"' -> inString = true;
      case '{', '[' -> levels++;
      case '}', ']' -> levels = Math.max(0, levels - 1);
      default -> {}
    }
    boolean digit = value >= '0' && value <= '9';
    fraction = value == '.' || (digit && fraction);
    digits = digit ? digits + 1 : 0;
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

  /// Leaves tokens out, if others remain.
  private void leaveOut(float[] logits, IntPredicate out) {
    int size = trie.vocabularySize();
    float[] kept = logits.clone();
    boolean any = false;
    for (int token = 0; token < Math.min(logits.length, size); token++) {
      if (kept[token] != Float.NEGATIVE_INFINITY) {
        if (out.test(token)) {
          kept[token] = Float.NEGATIVE_INFINITY;
        } else {
          any = true;
        }
      }
    }
    if (any) {
      System.arraycopy(kept, 0, logits, 0, logits.length);
    }
  }
}
