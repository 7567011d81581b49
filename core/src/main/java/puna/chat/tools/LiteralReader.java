package puna.chat.tools;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.tools.LiteralText.Tuple;
import puna.chat.tools.StringReader.Escapes;
import puna.chat.tools.StringReader.Taken;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// One value as JSON writes it, or Python, read character by character, so that what is neither is
/// known at its first wrong character: strings, numbers, `True`, `False`, `None` and JSON's words,
/// lists, tuples, and dicts with text for keys. Of equal keys the last one counts.
///
/// What is known of the value is given on as JSON text as soon as it is certain.
final class LiteralReader {
  private final Dialect dialect;
  private final Layout layout = new Layout();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final LiteralWord word = new LiteralWord();
  private final StringBuilder chars = new StringBuilder(); // of the string that is read
  private final LiteralText text = new LiteralText();
  private int written; // of `chars`
  private int signs;
  private boolean negative;
  private Place place = Place.VALUE;
  private @Nullable StringReader string;
  private boolean stringEnded; // another one beside it may go on with it
  private @Nullable JsonValue result;

  /// What a text is taken for where the two differ.
  enum Dialect {
    JSON,
    PYTHON
  }

  private enum Place {
    VALUE,
    KEY,
    COLON,
    AFTER_VALUE,
    END
  }

  /// A bracket that is open.
  private static final class Frame {
    final char opening;
    final List<JsonValue> elements = new ArrayList<>();
    final Map<String, JsonValue> members = new LinkedHashMap<>();
    boolean comma; // behind the last element
    String key = "";
    // A sign before parentheses is one of the number in them.
    int signs;
    boolean negative;

    Frame(char opening) {
      this.opening = opening;
    }

    boolean mayClose() {
      return comma || (elements.isEmpty() && members.isEmpty());
    }
  }

  LiteralReader(Dialect dialect) {
    this.dialect = dialect;
  }

  /// The value of a text that is one literal.
  static Optional<JsonValue> parse(String text, Dialect dialect) {
    LiteralReader reader = new LiteralReader(dialect);
    for (int i = 0; i < text.length(); i++) {
      if (!reader.append(text.charAt(i))) {
        return Optional.empty();
      }
    }
    return reader.end();
  }

  /// Takes the next character; false when no literal goes on like that.
  boolean append(char c) {
    if (string != null) {
      return inString(string, c);
    }
    if (!word.isEmpty()) {
      if (word.isPart(c)) {
        return word.append(c);
      }
      if ((c == '"' || c == '\'') && word.isPrefix() && signs == 0) {
        return quote(c);
      }
      if (!wordEnd()) {
        return false;
      }
    }
    return switch (layout.append(c)) {
      case MALFORMED -> false;
      case NO -> token(c);
      case YES -> {
        if (isJsonSpace(c) && !frames.isEmpty() && !layout.isOpen() && signs == 0) {
          text.hold(String.valueOf(c));
        }
        yield true;
      }
    };
  }

  /// True when a character that no value goes on with, such as a comma, ends this one.
  boolean isEndedBy(char c) {
    return frames.isEmpty() && !layout.isOpen() && (string == null || !string.isOpenFor(c));
  }

  /// True when the value is in brackets and the last one is closed.
  boolean isClosed() {
    return place == Place.END && string == null && !stringEnded;
  }

  /// True in an open string, where a mark is part of it.
  boolean isInString() {
    return string != null && string.isOpenFor('\0');
  }

  /// The string that is being read, as far as it is known.
  String partialString() {
    return chars.toString();
  }

  /// Nothing more of it comes: the value, if it is whole.
  Optional<JsonValue> end() {
    if (string != null && string.isOpenFor('\0')) {
      return Optional.empty();
    }
    if (string != null) {
      string = null;
      stringEnd();
    }
    boolean whole = !layout.isOpen() && (word.isEmpty() || wordEnd());
    text.release();
    if (!whole || (stringEnded && !commitString()) || place != Place.END || !frames.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(result);
  }

  /// The JSON text that became certain since the last time.
  String takeText() {
    return text.take();
  }

  private boolean inString(StringReader reader, char c) {
    Taken taken = reader.append(c);
    writeString(reader.isOpenFor('\0') && taken == Taken.YES);
    return switch (taken) {
      case YES -> true;
      case MALFORMED -> false;
      case LAST -> {
        string = null;
        yield stringEnd();
      }
      case NO -> {
        string = null;
        yield stringEnd() && append(c);
      }
    };
  }

  /// @param more whether the string goes on: half a surrogate pair waits for the other then
  private void writeString(boolean more) {
    int end = chars.length();
    if (more && end > written && Character.isHighSurrogate(chars.charAt(end - 1))) {
      end--;
    }
    if (end > written) {
      String quoted = Json.write(new JsonString(chars.substring(written, end)));
      text.append(quoted.substring(1, quoted.length() - 1));
      written = end;
    }
  }

  private boolean stringEnd() {
    text.hold("\"");
    stringEnded = true;
    return true;
  }

  private boolean openString(char quote) {
    String prefix = word.take();
    if (stringEnded) {
      text.dropHeld();
    } else {
      chars.setLength(0);
      written = 0;
      text.append("\"");
    }
    stringEnded = false;
    Escapes plain = dialect == Dialect.JSON && prefix.isEmpty() ? Escapes.JSON : Escapes.PYTHON;
    Escapes escapes = prefix.equalsIgnoreCase("r") ? Escapes.NONE : plain;
    string = new StringReader(quote, escapes, chars);
    return signs == 0;
  }

  /// The string that ended is not gone on with: it is a value, or a key.
  private boolean commitString() {
    stringEnded = false;
    if (place == Place.COLON) {
      frames.element().key = chars.toString();
      return true;
    }
    return value(new JsonString(chars.toString()));
  }

  private boolean token(char c) {
    if (c == '"' || c == '\'') {
      return quote(c);
    }
    if (stringEnded) {
      if (LiteralWord.isPrefixLetter(c)) {
        return word.append(c);
      }
      if (!commitString()) {
        return false;
      }
    }
    return switch (place) {
      case VALUE -> valueStart(c);
      case KEY -> LiteralWord.isPrefixLetter(c) ? word.append(c) : c == '}' && close('{');
      case COLON -> c == ':' && to(Place.VALUE, ":");
      case AFTER_VALUE -> afterValue(c);
      case END -> false;
    };
  }

  private boolean quote(char c) {
    boolean begins = place == Place.VALUE || place == Place.KEY;
    if (!stringEnded && !begins) {
      return false;
    }
    if (place == Place.KEY) {
      place = Place.COLON;
    } else if (place == Place.VALUE) {
      place = frames.isEmpty() ? Place.END : Place.AFTER_VALUE;
    }
    return openString(c);
  }

  private boolean valueStart(char c) {
    return switch (c) {
      case '{', '[', '(' -> open(c);
      case ']' -> close('[');
      case ')' -> close('(');
      case '+', '-' -> {
        signs++;
        negative ^= c == '-';
        yield signs <= NumberText.MAX_LENGTH;
      }
      default -> word.append(c);
    };
  }

  private boolean open(char c) {
    boolean signed = signs > 0;
    if (frames.size() == Json.MAX_DEPTH || (signed && c != '(')) {
      return false;
    }
    Frame frame = new Frame(c);
    frame.signs = signs;
    frame.negative = negative;
    resetSigns();
    frames.push(frame);
    if (c == '(') {
      text.openTuple();
    } else {
      text.append(String.valueOf(c));
    }
    return to(c == '{' ? Place.KEY : Place.VALUE, "");
  }

  private boolean afterValue(char c) {
    Frame frame = frames.element();
    if (c == ',') {
      frame.comma = true;
      text.hold(",");
      return to(frame.opening == '{' ? Place.KEY : Place.VALUE, "");
    }
    boolean closes =
        switch (frame.opening) {
          case '{' -> c == '}';
          case '[' -> c == ']';
          default -> c == ')';
        };
    return closes && closeFrame();
  }

  /// Closes a bracket where a value or a key could stand.
  private boolean close(char opening) {
    Frame frame = frames.peek();
    return frame != null
        && frame.opening == opening
        && signs == 0
        && frame.mayClose()
        && closeFrame();
  }

  private boolean closeFrame() {
    Frame frame = frames.pop();
    text.dropHeldComma();
    signs = frame.signs;
    negative = frame.negative;
    if (frame.opening == '{') {
      text.append("}");
      return value(new JsonObject(frame.members));
    }
    if (frame.opening == '[') {
      text.append("]");
      return value(new JsonArray(frame.elements));
    }
    boolean single = frame.elements.size() == 1 && !frame.comma;
    JsonValue value = single ? frame.elements.getFirst() : new JsonArray(frame.elements);
    text.closeTuple(signs > 0 ? Tuple.DROPPED : single ? Tuple.BARE : Tuple.LIST);
    return signs > 0 ? value instanceof JsonNumber(String digits) && number(digits) : value(value);
  }

  private boolean value(JsonValue value) {
    if (signs > 0) {
      return false; // of something else than a number
    }
    Frame frame = frames.peek();
    if (frame == null) {
      result = value;
      place = Place.END;
      return true;
    }
    frame.comma = false;
    if (frame.opening == '{') {
      frame.members.put(frame.key, value);
    } else {
      frame.elements.add(value);
    }
    place = Place.AFTER_VALUE;
    return true;
  }

  private boolean number(String digits) {
    boolean minus = digits.startsWith("-");
    String signed = (minus != negative ? "-" : "") + digits.substring(minus ? 1 : 0);
    resetSigns();
    text.append(signed);
    return value(new JsonNumber(signed));
  }

  private boolean wordEnd() {
    String ended = word.take();
    JsonValue known = place == Place.VALUE ? LiteralWord.value(ended) : null;
    if (known instanceof JsonNumber(String digits)) {
      return number(digits);
    }
    if (known == null) {
      return false;
    }
    text.append(Json.write(known));
    return value(known);
  }

  private static boolean isJsonSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private boolean to(Place next, String json) {
    place = next;
    text.append(json);
    return true;
  }

  private void resetSigns() {
    signs = 0;
    negative = false;
  }
}
