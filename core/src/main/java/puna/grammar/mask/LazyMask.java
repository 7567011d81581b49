package puna.grammar.mask;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;

/// Leaves an answer free until a trigger comes, and keeps it to a grammar from there on. The
/// grammar admits the trigger and what follows it.
///
/// Text behind a trigger text in the token that completes it came freely: where it breaks the
/// grammar, the trigger was none.
public final class LazyMask implements TokenMask {
  private final StateMasks masks;
  private final Triggers triggers;
  private final After after;
  private final List<byte[]> texts;
  private final int longest;
  private @Nullable GrammarMask active;
  private byte[] recent = {}; // the end of the free text, shorter than the longest trigger

  public LazyMask(StateMasks masks, Triggers triggers, After after) {
    this.masks = masks;
    this.triggers = triggers;
    this.after = after;
    this.texts =
        triggers.texts().stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
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
      if (after == After.FREE && active.isComplete() && !active.canGoOn()) {
        active = null;
      }
    } else if (triggers.tokens().contains(token)) {
      active = masks.mask();
      active.accept(token);
      recent = new byte[0];
    } else {
      look(masks.trie().bytes(token));
    }
  }

  /// True while the answer is kept to the grammar.
  public boolean isActive() {
    return active != null;
  }

  /// Looks for the first trigger text that ends in `added`.
  private void look(byte[] added) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(recent);
    joined.writeBytes(added);
    byte[] text = joined.toByteArray();
    for (int from = 0; from < text.length; from++) {
      if (isTriggerAt(text, from)) {
        GrammarMask mask = masks.mask();
        if (mask.accept(Arrays.copyOfRange(text, from, text.length))) {
          active = mask;
          recent = new byte[0];
          return;
        }
      }
    }
    recent = Arrays.copyOfRange(text, Math.max(0, text.length - longest + 1), text.length);
  }

  private boolean isTriggerAt(byte[] text, int from) {
    for (byte[] trigger : texts) {
      int to = from + trigger.length;
      if (to <= text.length && Arrays.equals(trigger, Arrays.copyOfRange(text, from, to))) {
        return true;
      }
    }
    return false;
  }

  /// What starts the grammar.
  ///
  /// @param tokens ids of tokens
  /// @param texts texts such as `<tool_call>`, wherever the tokens are cut; none of them empty
  public record Triggers(Set<Integer> tokens, List<String> texts) {
    public Triggers {
      tokens = Set.copyOf(tokens);
      texts = List.copyOf(texts);
      if (texts.stream().anyMatch(String::isEmpty)) {
        throw new GrammarException("a trigger text may not be empty");
      }
      if (Stream.concat(tokens.stream(), texts.stream()).findAny().isEmpty()) {
        throw new GrammarException("a lazy grammar needs at least one trigger");
      }
    }
  }

  /// What comes when the grammar is fulfilled and admits no more.
  public enum After {
    /// Nothing: the answer ends.
    END,
    /// Free text again, until the next trigger.
    FREE
  }
}
