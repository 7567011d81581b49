package puna;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatEvent;
import puna.chat.tools.AnswerReader;

/// The tokens that the text of an answer is made of, each as soon as it is known to be one. What
/// was held because it might have become a call or a mark counts when it has become text.
final class TextTokens implements Iterator<GeneratedToken> {
  private final Generation generation;
  private final AnswerReader reader;
  private final Map<Integer, String> marks;
  private final Deque<GeneratedToken> held = new ArrayDeque<>();
  private final Deque<GeneratedToken> ready = new ArrayDeque<>();
  private int next;
  private boolean hasEnded;

  /// @param reader that has read nothing yet
  /// @param marks by token; those without text
  TextTokens(Generation generation, AnswerReader reader, Map<Integer, String> marks) {
    this.generation = generation;
    this.reader = reader;
    this.marks = marks;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !hasEnded) {
      read();
    }
    return !ready.isEmpty();
  }

  @Override
  public GeneratedToken next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the text has ended");
    }
    return ready.removeFirst();
  }

  private void read() {
    @Nullable GeneratedToken token = generation.token(next);
    next++; // only now: a reader that was interrupted may come back
    if (token == null) {
      hasEnded = true;
      reader.finish().forEach(this::hear);
      return;
    }
    boolean wasThinking = reader.isThinking();
    var events = reader.append(token.text());
    if (wasThinking) {
      held.clear(); // reasoning, and the mark that ends it
    }
    boolean hasText = events.stream().anyMatch(ChatEvent.TextDelta.class::isInstance);
    String mark = marks.get(token.id());
    if (mark == null && (hasText || !wasThinking)) {
      held.add(token);
    }
    events.forEach(this::hear);
    if (mark != null) {
      reader.special(mark).forEach(this::hear);
    }
    if (reader.isThinking()) {
      held.clear(); // the mark that begins it
    }
  }

  private void hear(ChatEvent event) {
    switch (event) {
      case ChatEvent.TextDelta(String text) -> {
        while (!text.isEmpty() && !Character.isWhitespace(text.charAt(0)) && isLayout()) {
          held.removeFirst();
        }
        ready.addAll(held);
        held.clear();
      }
      case ChatEvent.ToolCallFinished _ -> held.clear();
      default -> {}
    }
  }

  /// Whether the first token is white space, which is left out in front of a text.
  private boolean isLayout() {
    return !held.isEmpty() && !held.getFirst().text().isEmpty() && held.getFirst().text().isBlank();
  }
}
