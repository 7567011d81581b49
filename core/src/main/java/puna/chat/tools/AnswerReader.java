package puna.chat.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatEvent;
import puna.chat.ChatEvent.Finished;
import puna.chat.ChatEvent.ReasoningDelta;
import puna.chat.ChatEvent.TextDelta;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.tools.Thinking.Start;

/// A model's answer, piece by piece, to reasoning, text and tool calls.
///
/// What stands between the thinking marks is reasoning: it has no white space at its ends, holds no
/// calls, and ends with the message where its closing mark never comes. Behind the closing mark
/// white space is layout. A reader reads one message and belongs to one thread.
public final class AnswerReader {
  private final Thinking thinking;
  private final Set<String> specials;
  private final Optional<ToolCallParser> calls;
  private final StringBuilder held = new StringBuilder(); // may be the beginning of a mark
  private final StringBuilder spaces = new StringBuilder(); // counts if more follows
  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder text = new StringBuilder(); // where there are no tools
  private final StringBuilder piece = new StringBuilder(); // not yet an event
  private List<ChatEvent> events = new ArrayList<>();
  private Place place;

  private enum Place {
    BEFORE,
    INSIDE,
    BEHIND,
    ANSWER
  }

  /// @param specials the marks that are special tokens of the vocabulary: as text they mean nothing
  /// @param calls reads the answer itself; empty where the model was shown no tools
  public AnswerReader(Thinking thinking, Set<String> specials, Optional<ToolCallParser> calls) {
    this.thinking = thinking;
    this.specials = Set.copyOf(specials);
    this.calls = calls;
    this.place = thinking.start() == Start.NEVER ? Place.ANSWER : Place.BEFORE;
  }

  /// The next piece of text.
  public List<ChatEvent> append(String added) {
    for (int i = 0; i < added.length(); i++) {
      take(added.charAt(i));
    }
    return flushed();
  }

  /// A special token between the pieces. Those that mean nothing here are passed over.
  public List<ChatEvent> special(String token) {
    boolean opens = token.equals(thinking.open());
    boolean closes = token.equals(thinking.close());
    if (place == Place.BEFORE && !(opens && held.isEmpty())) {
      leaveBefore();
    }
    switch (place) {
      case BEFORE -> enter();
      case INSIDE -> {
        releaseHeld();
        if (closes) {
          leave();
        } else {
          token.chars().forEach(c -> think((char) c));
        }
      }
      case BEHIND, ANSWER -> {
        place = Place.ANSWER;
        flushAnswer();
        calls.ifPresent(parser -> events.addAll(parser.special(token)));
      }
    }
    return flushed();
  }

  /// The end of the message; the last event is `Finished`.
  public List<ChatEvent> finish() {
    if (place == Place.BEFORE) {
      leaveBefore();
    }
    releaseHeld();
    flush();
    ChatMessage answer = ChatMessage.assistant(text.toString());
    if (calls.isPresent()) {
      events.addAll(calls.get().finish());
      if (events.removeLast() instanceof Finished(ChatMessage message)) {
        answer = message;
      }
    }
    events.add(new Finished(withReasoning(answer)));
    return taken();
  }

  /// True while what comes is reasoning.
  public boolean isThinking() {
    return place == Place.INSIDE || (place == Place.BEFORE && thinking.start() == Start.BEGUN);
  }

  /// How many characters of reasoning are held back: they may be the beginning of a mark.
  public int held() {
    return isThinking() ? held.length() : 0;
  }

  private ChatMessage withReasoning(ChatMessage answer) {
    if (reasoning.isEmpty()) {
      return answer;
    }
    List<ContentPart> parts = new ArrayList<>();
    parts.add(new ContentPart.Reasoning(reasoning.toString()));
    parts.addAll(answer.content());
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private void take(char c) {
    switch (place) {
      case BEFORE -> before(c);
      case INSIDE -> {
        held.append(c);
        matchClose();
      }
      case BEHIND -> {
        if (!Character.isWhitespace(c)) {
          place = Place.ANSWER;
          answer(c);
        }
      }
      case ANSWER -> answer(c);
    }
  }

  private void before(char c) {
    if (held.isEmpty() && Character.isWhitespace(c)) {
      spaces.append(c);
      return;
    }
    held.append(c);
    if (!isSpecial(thinking.open()) && thinking.open().startsWith(held.toString())) {
      if (held.length() == thinking.open().length()) {
        enter();
      }
    } else {
      leaveBefore();
    }
  }

  private void enter() {
    held.setLength(0);
    spaces.setLength(0);
    place = Place.INSIDE;
  }

  /// No opening mark came: the answer begins, or the reasoning that the prompt opened.
  private void leaveBefore() {
    String begun = spaces.toString() + held;
    held.setLength(0);
    spaces.setLength(0);
    place = thinking.start() == Start.BEGUN ? Place.INSIDE : Place.ANSWER;
    for (int i = 0; i < begun.length(); i++) {
      take(begun.charAt(i));
    }
  }

  private void matchClose() {
    String close = thinking.close();
    while (!held.isEmpty()) {
      boolean begins = !isSpecial(close) && close.startsWith(held.toString());
      if (!begins) {
        think(held.charAt(0));
        held.deleteCharAt(0);
      } else if (held.length() == close.length()) {
        leave();
      } else {
        return;
      }
    }
  }

  private void leave() {
    held.setLength(0);
    spaces.setLength(0);
    flush();
    place = Place.BEHIND;
  }

  /// What is held is no mark, because no more of it comes.
  private void releaseHeld() {
    for (int i = 0; i < held.length(); i++) {
      think(held.charAt(i));
    }
    held.setLength(0);
  }

  private void think(char c) {
    if (!Character.isWhitespace(c)) {
      reasoning.append(spaces).append(c);
      piece.append(spaces).append(c);
      spaces.setLength(0);
    } else if (!reasoning.isEmpty()) {
      spaces.append(c);
    }
  }

  private void answer(char c) {
    piece.append(c);
  }

  private boolean isSpecial(String mark) {
    return specials.contains(mark);
  }

  private List<ChatEvent> flushed() {
    flush();
    return taken();
  }

  private List<ChatEvent> taken() {
    List<ChatEvent> taken = List.copyOf(events);
    events = new ArrayList<>();
    return taken;
  }

  private void flush() {
    switch (place) {
      case INSIDE -> {
        if (!piece.isEmpty()) {
          events.add(new ReasoningDelta(piece.toString()));
          piece.setLength(0);
        }
      }
      case ANSWER -> flushAnswer();
      case BEFORE, BEHIND -> {}
    }
  }

  private void flushAnswer() {
    if (piece.isEmpty()) {
      return;
    }
    String added = piece.toString();
    piece.setLength(0);
    if (calls.isPresent()) {
      events.addAll(calls.get().append(added));
    } else {
      text.append(added);
      events.add(new TextDelta(added));
    }
  }
}
