package puna.chat.tools;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatEvent;
import puna.chat.tools.CallBlock.Progress;
import puna.chat.tools.JsonCallBlock.Arguments;
import puna.chat.tools.PythonCallBlock.Form;

/// An assistant's message, piece by piece, to text and tool calls.
///
/// It understands what Meta's `decode_assistant_message_from_content` understands, and the tags of
/// Hermes and Mistral: calls as JSON objects one after the other, a list of Python calls,
/// `<function=NAME>{…}</function>`, `NAME.call(query="…")`, Python source after `<|python_tag|>`,
/// `<tool_call>…</tool_call>`, `[TOOL_CALLS]…`. A call without a mark counts only where the message
/// begins with it.
///
/// What is no well-formed call is text, character for character, and never an exception. The events
/// do not depend on how the message was cut into pieces, but for where deltas are cut. A parser
/// reads one message and belongs to one thread.
public final class ToolCallParser {
  /// Characters that one call, or one list of calls, may have. What is longer is text.
  public static final int MAX_CALL_LENGTH = 1 << 20;

  /// Calls that one message may have. What comes after them is text.
  public static final int MAX_CALLS = 128;

  private static final int NO_PYTHON = -1;

  private final ToolFormat format;
  private final Set<String> specials;
  private final List<String> textMarks;
  private final CallLog log;
  private final StringBuilder held = new StringBuilder(); // may be the beginning of a mark
  private final StringBuilder raw = new StringBuilder(); // becomes text if it turns out no call
  private Place place = Place.START;
  private @Nullable CallBlock block;
  private int pythonStart = NO_PYTHON; // where in `raw` Python source would begin

  /// Where in the message the next character stands.
  private enum Place {
    START,
    AFTER_PYTHON_TAG,
    AFTER_TOOL_CALL,
    AFTER_TOOL_CALLS,
    AFTER_CALL,
    TEXT,
    BLOCK
  }

  /// @param specials the marks that are special tokens of the vocabulary: as text they mean nothing
  /// @param ids makes an id for each call that the model gives none
  public ToolCallParser(ToolFormat format, Set<String> specials, Supplier<String> ids) {
    this.format = format;
    this.specials = Set.copyOf(specials);
    textMarks = format.marks().stream().filter(mark -> !specials.contains(mark)).sorted().toList();
    log = new CallLog(ids);
  }

  /// The next piece of text.
  public List<ChatEvent> append(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      take(piece.charAt(i));
    }
    return log.take();
  }

  /// A special token between the pieces. Those that mean nothing here are passed over.
  public List<ChatEvent> special(String token) {
    if (format.marks().contains(token) && specials.contains(token)) {
      releaseHeld();
      if (block instanceof NamedCallBlock) {
        for (int i = 0; i < token.length(); i++) {
          read(token.charAt(i));
        }
      } else {
        endBlock();
        mark(token);
      }
    }
    return log.take();
  }

  /// The end of the message; the last event is `Finished`.
  public List<ChatEvent> finish() {
    releaseHeld();
    endBlock();
    if (place != Place.AFTER_CALL) {
      log.text(raw);
    }
    raw.setLength(0);
    List<ChatEvent> events = new ArrayList<>(log.take());
    events.add(new ChatEvent.Finished(log.message()));
    return List.copyOf(events);
  }

  private void take(char c) {
    if (block != null) {
      read(c);
      return;
    }
    held.append(c);
    while (!held.isEmpty() && !waitsForMark()) {
      releaseFirst();
    }
  }

  /// The first held character begins no mark; those after it may.
  private void releaseFirst() {
    char first = held.charAt(0);
    String rest = held.substring(1);
    held.setLength(0);
    plain(first);
    for (int i = 0; i < rest.length(); i++) {
      take(rest.charAt(i));
    }
  }

  /// True when nothing is to be done with the held text before the next character.
  private boolean waitsForMark() {
    String text = held.toString();
    for (String mark : textMarks) {
      if (mark.equals(text)) {
        held.setLength(0);
        mark(mark);
        return true;
      }
      if (mark.startsWith(text)) {
        return true;
      }
    }
    return false;
  }

  /// What is held is no mark, because no more of it comes.
  private void releaseHeld() {
    while (!held.isEmpty()) {
      releaseFirst();
    }
  }

  private void mark(String mark) {
    switch (mark) {
      case Marks.PYTHON -> arm(Place.AFTER_PYTHON_TAG, mark);
      case Marks.TOOL_CALL -> arm(Place.AFTER_TOOL_CALL, mark);
      case Marks.TOOL_CALLS -> arm(Place.AFTER_TOOL_CALLS, mark);
      case Marks.FUNCTION -> {
        arm(Place.AFTER_TOOL_CALL, mark);
        open(new FunctionTagBlock(log));
      }
      // They part what is said from what is called, and say nothing themselves.
      case Marks.PYTHON_START, Marks.PYTHON_END -> arm(Place.START, "");
      default -> {
        if (place != Place.AFTER_CALL) {
          text(mark);
        }
      }
    }
  }

  /// A mark came: a call may begin.
  private void arm(Place next, String mark) {
    if (log.calls() >= MAX_CALLS) {
      text(mark);
      return;
    }
    switch (place) {
      case START -> {
        log.text(raw);
        raw.setLength(0);
      }
      case AFTER_CALL -> raw.setLength(0);
      case AFTER_PYTHON_TAG, AFTER_TOOL_CALL, AFTER_TOOL_CALLS, TEXT, BLOCK -> {}
    }
    raw.append(mark);
    place = next;
    pythonStart = next == Place.AFTER_PYTHON_TAG ? raw.length() : NO_PYTHON;
  }

  /// A character that belongs to no mark, outside of calls.
  private void plain(char c) {
    if (place == Place.TEXT) {
      log.text(String.valueOf(c));
      return;
    }
    boolean separates = place == Place.AFTER_CALL && (c == ';' || c == ',');
    if (Character.isWhitespace(c) || separates) {
      raw.append(c);
      return;
    }
    CallBlock opened = blockFor(c);
    if (opened == null) {
      text(String.valueOf(c));
      return;
    }
    open(opened);
    read(c);
  }

  private @Nullable CallBlock blockFor(char c) {
    boolean bare = format.callsWithoutMark() && log.calls() < MAX_CALLS;
    return switch (place) {
      case START -> bare ? unmarked(c) : null;
      case AFTER_PYTHON_TAG -> {
        CallBlock call = unmarked(c);
        yield call == null ? new CodeBlock(log) : call;
      }
      case AFTER_TOOL_CALL ->
          c == '{'
              ? new JsonCallBlock(log, Arguments.OPTIONAL)
              : c == '[' ? new ListBlock(log) : null;
      case AFTER_TOOL_CALLS -> c == '[' ? new ListBlock(log) : new NamedCallBlock(log);
      case AFTER_CALL -> bare && c == '{' ? unmarked(c) : null;
      case TEXT, BLOCK -> null;
    };
  }

  private @Nullable CallBlock unmarked(char c) {
    if (c == '{') {
      return new JsonCallBlock(log, Arguments.REQUIRED);
    }
    if (c == '[') {
      return new ListBlock(log);
    }
    return CallNames.isPythonStart(c) ? new PythonCallBlock(log, Form.METHOD) : null;
  }

  private void open(CallBlock opened) {
    if (place == Place.AFTER_CALL) {
      raw.setLength(0);
    }
    if (opened instanceof CodeBlock) {
      pythonStart = NO_PYTHON;
    }
    block = opened;
    place = Place.BLOCK;
  }

  private void read(char c) {
    CallBlock current = requireNonNull(block);
    raw.append(c);
    boolean fits = raw.length() <= MAX_CALL_LENGTH;
    switch (fits ? current.append(c) : Progress.MALFORMED) {
      case MORE -> {}
      case COMPLETE -> close();
      case MALFORMED -> {
        log.revoke();
        block = null;
        if (fits && pythonStart >= 0 && !(current instanceof JsonCallBlock)) {
          openCode();
        } else {
          raw.setLength(raw.length() - 1);
          text("");
          take(c); // it may begin a mark
        }
      }
    }
  }

  /// The block is a call, or several.
  private void close() {
    log.commit();
    block = null;
    raw.setLength(0);
    pythonStart = NO_PYTHON;
    place = Place.AFTER_CALL;
  }

  /// What follows the Python tag is no call, so it is Python.
  private CodeBlock openCode() {
    String source = raw.substring(pythonStart).stripLeading();
    CodeBlock code = new CodeBlock(log);
    open(code);
    for (int i = 0; i < source.length(); i++) {
      code.append(source.charAt(i));
    }
    return code;
  }

  /// Nothing more of the block comes.
  private void endBlock() {
    @Nullable CallBlock current = block;
    block = null;
    switch (current) {
      case null -> {}
      case CodeBlock code -> {
        code.end();
        close();
      }
      case PythonCallBlock _ when pythonStart >= 0 && !log.isOpen() -> {
        openCode().end();
        close();
      }
      default -> {
        log.revoke();
        text("");
      }
    }
  }

  /// What was held back for a call is text, and so is `piece`.
  private void text(String piece) {
    log.text(raw);
    log.text(piece);
    raw.setLength(0);
    pythonStart = NO_PYTHON;
    place = Place.TEXT;
  }
}
