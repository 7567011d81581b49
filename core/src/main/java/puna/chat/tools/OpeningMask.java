package puna.chat.tools;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.grammar.mask.GrammarMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenMask;

/// Keeps an answer to the grammar of calls once it begins like one: with an object that has named a
/// tool, or that stands behind a mark. Until then, and otherwise, the answer is free: one in JSON
/// may be just that.
public final class OpeningMask implements TokenMask {
  private static final char OPENING = '{';

  /// What stands before a tool's name is shorter.
  private static final int LONGEST_HEAD = 300;

  private final StateMasks masks;
  private final Pattern named;
  private final Set<Integer> marks;
  private final IntFunction<byte[]> bytes;
  private final StringBuilder head = new StringBuilder();
  private @Nullable GrammarMask watching;
  private @Nullable GrammarMask active;
  private Place place = Place.START;

  private enum Place {
    START,
    BEHIND_MARK,
    HEAD,
    DECIDED
  }

  /// @param tools the names that a call may have
  /// @param marks tokens that say that a call follows
  /// @param bytes those that a token stands for
  public OpeningMask(
      StateMasks masks, Collection<String> tools, Set<Integer> marks, IntFunction<byte[]> bytes) {
    this.masks = masks;
    this.named =
        Pattern.compile(
            tools.stream()
                .map(Pattern::quote)
                .collect(Collectors.joining("|", "\"name\"\\s*:\\s*\"(?:", ")\"")));
    this.marks = Set.copyOf(marks);
    this.bytes = bytes;
  }

  @Override
  public boolean apply(float[] logits) {
    return active == null || active.apply(logits);
  }

  @Override
  public int @Nullable [] few(int most) {
    return active == null ? null : active.few(most);
  }

  @Override
  public void accept(int token) {
    if (active != null) {
      active.accept(token);
      return;
    }
    switch (place) {
      case START, BEHIND_MARK -> open(token);
      case HEAD -> watch(token);
      case DECIDED -> {}
    }
  }

  private void open(int token) {
    if (marks.contains(token)) {
      place = Place.BEHIND_MARK;
      return;
    }
    for (byte value : bytes.apply(token)) {
      if (value != ' ' && value != '\t' && value != '\n' && value != '\r') {
        boolean marked = place == Place.BEHIND_MARK;
        place = value == OPENING ? Place.HEAD : Place.DECIDED;
        if (place == Place.HEAD) {
          watching = masks.mask();
          watch(token);
          if (marked && watching != null) {
            bind(watching);
          }
        }
        return;
      }
    }
  }

  /// Follows the grammar without keeping the answer to it.
  private void watch(int token) {
    GrammarMask mask = watching;
    if (mask == null) {
      return;
    }
    mask.accept(token);
    head.append(new String(bytes.apply(token), StandardCharsets.ISO_8859_1));
    boolean fits = (mask.canGoOn() || mask.isComplete()) && head.length() <= LONGEST_HEAD;
    if (!fits) {
      place = Place.DECIDED;
      watching = null;
    } else if (named.matcher(head).find()) {
      bind(mask);
    }
  }

  private void bind(GrammarMask mask) {
    place = Place.DECIDED;
    active = mask;
    watching = null;
  }
}
