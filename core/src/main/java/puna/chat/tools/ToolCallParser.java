package puna.chat.tools;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatEvent;
import puna.chat.Tool;
import puna.chat.tools.CallBlock.Progress;
import puna.chat.tools.HeaderCallBlock.Style;

/// An assistant's message, piece by piece, to text and tool calls.
///
/// It understands what Meta's `decode_assistant_message_from_content` understands, and the forms of
/// [ToolFormat]: calls as JSON objects one after the other, a list of Python calls,
/// `<function=NAME>{…}</function>`, `NAME.call(query="…")`, Python source after `<|python_tag|>`,
/// `<tool_call>…</tool_call>`, `[TOOL_CALLS]…` and others. A call without a mark counts only where
/// the message begins with it, or where it names a tool that is known to be offered.
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
  private final OfferedNames offered;
  private final Set<String> specials;
  private final List<String> textMarks;
  private final CallLog log;
  private final CallBlocks blocks;
  private final StringBuilder held = new StringBuilder(); // may be the beginning of a mark
  private final StringBuilder raw = new StringBuilder(); // becomes text if it turns out no call
  private Place place;
  private Fence fence = Fence.NONE;
  private String recipient = "";
  private @Nullable CallBlock block;
  private int pythonStart = NO_PYTHON; // where in `raw` Python source would begin

  /// A fence of a block of code in front of a call.
  private enum Fence {
    NONE,
    /// The language may follow.
    LANGUAGE,
    OPEN
  }

  /// @param offered the tools that the model was shown
  /// @param specials the marks that are special tokens of the vocabulary: as text they mean nothing
  /// @param ids makes an id for each call that the model gives none
  public ToolCallParser(
      ToolFormat format, OfferedNames offered, Set<String> specials, Supplier<String> ids) {
    this.format = format;
    this.offered = offered;
    this.specials = Set.copyOf(specials);
    boolean fences = format.fencesCalls() && (offered.areKnown() || !format.callsWithoutMark());
    textMarks =
        Stream.concat(
                format.marks().stream().filter(mark -> !specials.contains(mark)),
                fences ? Stream.of(CallMarks.FENCE) : Stream.empty())
            .sorted()
            .toList();
    place = format == ToolFormat.FUNCTIONARY ? Place.RECIPIENT : Place.START;
    log = new CallLog(ids);
    blocks = new CallBlocks(log, offered);
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
      if (block != null && block.takesMarks()) {
        for (int i = 0; i < token.length(); i++) {
          take(token.charAt(i));
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
      case CallMarks.PYTHON -> arm(Place.AFTER_PYTHON_TAG, mark);
      case CallMarks.TOOL_CALL, CallMarks.NEMOTRON, CallMarks.FIREFUNCTION ->
          arm(Place.AFTER_TOOL_CALL, mark);
      case CallMarks.TOOL_CALLS -> arm(Place.AFTER_TOOL_CALLS, mark);
      case CallMarks.DEEPSEEK_CALLS, CallMarks.DEEPSEEK_CALL ->
          arm(Place.AFTER_DEEPSEEK_CALL, mark);
      case CallMarks.RECIPIENT -> arm(Place.RECIPIENT, mark);
      case CallMarks.FUNCTION -> {
        arm(Place.AFTER_TOOL_CALL, mark);
        if (place == Place.AFTER_TOOL_CALL) {
          open(new FunctionTagBlock(log));
        }
      }
      // They part what is said from what is called, and say nothing themselves.
      case CallMarks.PYTHON_START, CallMarks.PYTHON_END -> arm(Place.START, "");
      case CallMarks.FENCE -> fence();
      default -> {
        if (place != Place.AFTER_CALL) {
          text(mark);
        }
      }
    }
  }

  private void fence() {
    if (place == Place.AFTER_CALL && (fence != Fence.NONE || format == ToolFormat.DEEPSEEK)) {
      fence = Fence.NONE;
      return;
    }
    if (place == Place.AFTER_TOOL_CALL) {
      raw.append(CallMarks.FENCE);
    } else if (place != Place.AFTER_PYTHON_TAG && isUnmarkedAllowed()) {
      arm(Place.AFTER_FENCE, CallMarks.FENCE);
    } else {
      letters(CallMarks.FENCE);
      return;
    }
    fence = Fence.LANGUAGE;
  }

  /// A mark that means nothing here.
  private void letters(String mark) {
    for (int i = 0; i < mark.length(); i++) {
      if (block == null) {
        plain(mark.charAt(i));
      } else {
        read(mark.charAt(i));
      }
    }
  }

  private boolean isUnmarkedAllowed() {
    return format.callsWithoutMark() && offered.areKnown() && log.calls() < MAX_CALLS;
  }

  /// A mark came: a call may begin.
  private void arm(Place next, String mark) {
    if (log.calls() >= MAX_CALLS) {
      text(mark);
      return;
    }
    switch (place) {
      case START, RECIPIENT, AFTER_RECIPIENT, AFTER_FENCE -> {
        log.text(raw);
        raw.setLength(0);
      }
      case AFTER_CALL -> raw.setLength(0);
      case AFTER_PYTHON_TAG,
          AFTER_TOOL_CALL,
          AFTER_TOOL_CALLS,
          AFTER_DEEPSEEK_CALL,
          TEXT,
          BLOCK -> {}
    }
    raw.append(mark);
    place = next;
    pythonStart = next == Place.AFTER_PYTHON_TAG ? raw.length() : NO_PYTHON;
  }

  /// A character that belongs to no mark, outside of calls.
  private void plain(char c) {
    if (place == Place.RECIPIENT) {
      recipient(c);
      return;
    }
    if (fence == Fence.LANGUAGE && isLanguagePart(c)) {
      raw.append(c);
      return;
    }
    fence = fence == Fence.LANGUAGE ? Fence.OPEN : fence;
    boolean separates = place == Place.AFTER_CALL && (c == ';' || c == ',');
    if (place != Place.TEXT && (Character.isWhitespace(c) || separates)) {
      raw.append(c);
      return;
    }
    CallBlock opened = blockFor(c);
    if (opened != null) {
      open(opened);
      read(c);
    } else if (place == Place.TEXT) {
      log.text(String.valueOf(c));
    } else {
      text(String.valueOf(c));
    }
  }

  /// The name before a line end says to whom a part of functionary's message goes.
  private void recipient(char c) {
    boolean marked = raw.toString().startsWith(CallMarks.RECIPIENT);
    String name = raw.substring(marked ? CallMarks.RECIPIENT.length() : 0);
    if (c != '\n') {
      raw.append(c);
      if (!Tool.isName(name + c)) {
        text("");
      }
      return;
    }
    if (name.equals(CallNames.ALL)) {
      raw.setLength(0);
      place = Place.TEXT;
      return;
    }
    raw.append(c);
    recipient = name;
    place = Place.AFTER_RECIPIENT;
    if (name.isEmpty() || !(marked || offered.contains(name) || name.equals(CallNames.PYTHON))) {
      text("");
    }
  }

  private @Nullable CallBlock blockFor(char c) {
    boolean bare = format.callsWithoutMark() && log.calls() < MAX_CALLS;
    return switch (place) {
      case START -> bare ? blocks.unmarked(c) : null;
      case AFTER_PYTHON_TAG -> blocks.behindPythonTag(c);
      case AFTER_TOOL_CALL -> blocks.marked(c);
      case AFTER_TOOL_CALLS -> c == '[' ? blocks.marked(c) : blocks.header(Style.MISTRAL);
      case AFTER_DEEPSEEK_CALL -> blocks.header(Style.DEEPSEEK);
      case AFTER_RECIPIENT -> blocks.of(recipient, c);
      case AFTER_CALL -> bare && c == '{' ? blocks.unmarked(c) : null;
      case AFTER_FENCE -> c == '{' || c == '[' ? blocks.unmarked(c) : null;
      case TEXT -> mayCallBehindWords(c) ? blocks.unmarked(c) : null;
      case RECIPIENT, BLOCK -> null;
    };
  }

  private boolean mayCallBehindWords(char c) {
    return (c == '{' || c == '[') && isUnmarkedAllowed() && !log.isInBrackets();
  }

  private static boolean isLanguagePart(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "_-+".indexOf(c) >= 0);
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
    CodeBlock code = blocks.code();
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
    if (current instanceof PythonCallBlock && pythonStart >= 0 && !log.isOpen()) {
      current = openCode();
      block = null;
    }
    if (current == null) {
      return;
    }
    if (current.end() == Progress.COMPLETE) {
      close();
    } else {
      log.revoke();
      text("");
    }
  }

  /// What was held back for a call is text, and so is `piece`.
  private void text(String piece) {
    log.text(raw);
    log.text(piece);
    raw.setLength(0);
    pythonStart = NO_PYTHON;
    fence = Fence.NONE;
    place = Place.TEXT;
  }
}
