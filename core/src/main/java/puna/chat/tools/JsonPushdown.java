package puna.chat.tools;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/// JSON text (RFC 8259) checked character by character, so that what is no JSON is known at its
/// first wrong character. Escapes of half surrogate pairs and duplicate keys pass.
final class JsonPushdown {
  /// Arrays and objects that may be nested.
  static final int MAX_DEPTH = 64;

  private static final int MAX_SCALAR = 400;
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
  private static final List<String> WORDS = List.of("true", "false", "null");

  /// Where in the text the next character stands.
  enum State {
    VALUE,
    FIRST_ELEMENT,
    FIRST_KEY,
    KEY,
    COLON,
    AFTER_VALUE,
    STRING,
    ESCAPE,
    HEX,
    SCALAR,
    DONE
  }

  private final BitSet arrays = new BitSet(MAX_DEPTH); // by level: an array, not an object
  private final StringBuilder scalar = new StringBuilder();
  private State state = State.VALUE;
  private boolean inKey;
  private int depth;
  private int hexDigits;

  State state() {
    return state;
  }

  /// Arrays and objects that are open.
  int depth() {
    return depth;
  }

  /// True in a string that is a key.
  boolean isInKey() {
    return inKey;
  }

  /// Takes the next character; false when no JSON goes on like that.
  boolean append(char c) {
    return switch (state) {
      case STRING -> string(c);
      case ESCAPE -> escape(c);
      case HEX -> hex(c);
      case SCALAR -> scalar(c);
      case VALUE -> isSpace(c) || value(c);
      case FIRST_ELEMENT -> isSpace(c) || (c == ']' ? close() : value(c));
      case FIRST_KEY -> isSpace(c) || (c == '}' ? close() : key(c));
      case KEY -> isSpace(c) || key(c);
      case COLON -> isSpace(c) || (c == ':' && to(State.VALUE));
      case AFTER_VALUE -> isSpace(c) || afterValue(c);
      case DONE -> false;
    };
  }

  private boolean value(char c) {
    return switch (c) {
      case '{' -> open(State.FIRST_KEY);
      case '[' -> open(State.FIRST_ELEMENT);
      case '"' -> to(State.STRING);
      default -> {
        scalar.setLength(0);
        yield depth > 0 && to(State.SCALAR) && scalarPart(c);
      }
    };
  }

  private boolean key(char c) {
    inKey = c == '"';
    return inKey && to(State.STRING);
  }

  private boolean open(State first) {
    if (depth == MAX_DEPTH) {
      return false;
    }
    arrays.set(depth++, first == State.FIRST_ELEMENT);
    return to(first);
  }

  private boolean close() {
    depth--;
    return valueEnd();
  }

  private boolean valueEnd() {
    return to(depth == 0 ? State.DONE : State.AFTER_VALUE);
  }

  private boolean afterValue(char c) {
    boolean array = arrays.get(depth - 1);
    if (c == ',') {
      return to(array ? State.VALUE : State.KEY);
    }
    return c == (array ? ']' : '}') && close();
  }

  private boolean string(char c) {
    if (c == '"') {
      boolean key = inKey;
      inKey = false;
      return key ? to(State.COLON) : valueEnd();
    }
    return c == '\\' ? to(State.ESCAPE) : c >= ' ';
  }

  private boolean escape(char c) {
    hexDigits = 0;
    return c == 'u' ? to(State.HEX) : "\"\\/bfnrt".indexOf(c) >= 0 && to(State.STRING);
  }

  private boolean hex(char c) {
    hexDigits++;
    return c < 128 && Character.digit(c, 16) >= 0 && (hexDigits < 4 || to(State.STRING));
  }

  private boolean scalar(char c) {
    if (!isSpace(c) && c != ',' && c != ']' && c != '}') {
      return scalarPart(c);
    }
    if (!NUMBER.matcher(scalar).matches() && !WORDS.contains(scalar.toString())) {
      return false;
    }
    return to(State.AFTER_VALUE) && (isSpace(c) || afterValue(c));
  }

  private boolean scalarPart(char c) {
    scalar.append(c);
    char first = scalar.charAt(0);
    if (first == '-' || isDigit(first)) {
      return (isDigit(c) || "+-.eE".indexOf(c) >= 0) && scalar.length() <= MAX_SCALAR;
    }
    return WORDS.stream().anyMatch(word -> word.startsWith(scalar.toString()));
  }

  private boolean to(State next) {
    state = next;
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
