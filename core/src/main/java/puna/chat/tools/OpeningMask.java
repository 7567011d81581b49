package puna.chat.tools;

import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import puna.grammar.GrammarMask;
import puna.grammar.GrammarMasks;
import puna.grammar.TokenMask;

/// Keeps an answer to a grammar if its first character after white space is a given one, and
/// otherwise leaves it free.
public final class OpeningMask implements TokenMask {
  private final GrammarMasks masks;
  private final char opening;
  private final Set<Integer> marks;
  private final IntFunction<byte[]> bytes;
  private @Nullable GrammarMask active;
  private boolean waiting = true;

  /// @param opening an ASCII character
  /// @param marks tokens before the first character that change nothing
  /// @param bytes those that a token stands for
  public OpeningMask(
      GrammarMasks masks, char opening, Set<Integer> marks, IntFunction<byte[]> bytes) {
    this.masks = masks;
    this.opening = opening;
    this.marks = Set.copyOf(marks);
    this.bytes = bytes;
  }

  @Override
  public boolean apply(float[] logits) {
    return active == null || active.apply(logits);
  }

  @Override
  public void accept(int token) {
    if (active != null) {
      active.accept(token);
    } else if (waiting && !marks.contains(token)) {
      open(token);
    }
  }

  private void open(int token) {
    for (byte value : bytes.apply(token)) {
      if (value != ' ' && value != '\t' && value != '\n' && value != '\r') {
        waiting = false;
        if (value == opening) {
          GrammarMask mask = masks.mask();
          mask.accept(token);
          // The token came freely; where the grammar knows nothing like it, it begins no call.
          active = mask.canGoOn() || mask.isComplete() ? mask : null;
        }
        return;
      }
    }
  }
}
